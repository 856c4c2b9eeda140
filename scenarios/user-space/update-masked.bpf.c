/*---
question: May user space update an element with a lock and a list through the syscall?
asks: [18, 22]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Alexei Starovoitov }
loadable: true
runs:
  - { program: push, cpu: 0 }
  - { user: [{ update: { map: m, key: 0 } }] }
elements: { m: [0] }
expect:
  safety: safe
  default: accept
  fresh-id: not-applicable
  lock-address: { verdict: reject, guard: lock-address-known }
  lock-address/no-teardown-lock: { verdict: reject, guard: lock-address-known, safety: teardown-race }
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-offset/no-teardown-lock: { verdict: reject, guard: lock-in-locks-section, safety: teardown-race }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
  locks-element/no-teardown-lock: { verdict: reject, guard: lock-in-locks-section, safety: teardown-race }
  rbtree-owns-lock/no-teardown-lock: { verdict: accept, safety: teardown-race }
  ptr-id/no-syscall-mask: { verdict: accept, safety: user-tamper }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * Alexei: "User space access if fine since kernel will mask out special fields on read/write."
 */
struct node_data {
	struct bpf_list_node list;
	int data;
};

struct val {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(node_data, list) __guarded_by(lock);
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct val);
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
	LOCK_FOR(v->lock, v->head);
	bpf_list_push_back(&v->head, &n->list);
	UNLOCK_FOR(v->lock, v->head);
	return 0;
}

char _license[] SEC("license") = "GPL";
