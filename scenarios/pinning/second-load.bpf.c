/*---
question: A map with lists is pinned and its object loaded twice. Do both loads take the same lock?
asks: [17, 22]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
loadable: "libbpf knows no section called .locks"
runs:
  - { program: push, cpu: 0 }
  - { program: push, cpu: 1, load: 2, name: second }
expect:
  safety: list-race
  default: { verdict: reject, guard: head-has-lock }
  fresh-id: not-applicable
  guarded-by/global-names: accept
  guarded-by/global-names-declared-teardown: accept
  lock-address: { verdict: reject, guard: head-lock-matches }
  locks-offset: accept
  locks-element: accept
  rbtree-owns-lock: { verdict: accept, safety: safe }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * The second load gets a `.locks` of its own: two programs, one head, two locks.
 */
struct node_data {
	struct bpf_list_node list;
	int data;
};

struct bpf_spin_lock glock SEC(".locks");

struct val {
	struct bpf_list_head head __contains(node_data, list) __guarded_by(glock);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
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
