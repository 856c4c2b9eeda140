/*---
question: A pinned map holds lists, and their lock goes with the object that was unloaded. Which lock drains them?
asks: [16, 17]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
loadable: "libbpf knows no section called .locks"
runs:
  - { program: push, cpu: 0 }
  - { user: [{ unload: { program: push } }, { free_map: { map: .locks } }, { delete: { map: m, key: 0 } }] }
elements: { m: [0] }
expect:
  safety: teardown-race
  default: { verdict: reject, guard: head-has-lock, safety: safe }
  fresh-id: not-applicable
  guarded-by/global-names: { verdict: accept, safety: safe }
  guarded-by/global-names-declared-teardown: accept
  lock-address: accept
  lock-address/no-teardown-lock: { verdict: accept, safety: safe }
  locks-offset: accept
  locks-offset/same-value-teardown: { verdict: accept, safety: safe }
  locks-offset/no-teardown-lock: { verdict: accept, safety: safe }
  locks-element: accept
  locks-element/same-value-teardown: { verdict: accept, safety: safe }
  locks-element/no-teardown-lock: { verdict: accept, safety: safe }
  rbtree-owns-lock: { verdict: accept, safety: safe }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct node_data {
	struct bpf_list_node list;
	int data;
};

struct bpf_spin_lock glock SEC(".locks");

struct val {
	struct bpf_list_head head __contains(node_data, list) __guarded_by(glock);
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct val);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} m SEC(".maps");

SEC("tc")
int push(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct node_data *n;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, v->head);
	bpf_list_push_back(&v->head, &n->list);
	UNLOCK_FOR(glock, v->head);
	return 0;
}

char _license[] SEC("license") = "GPL";
