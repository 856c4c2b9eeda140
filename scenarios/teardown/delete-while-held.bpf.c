/*---
question: May an element be deleted while a CPU holds its lock?
asks: [16]
origin: { kernel: bpf_obj_free_fields }
loadable: true
runs:
  - { program: push, cpu: 0 }
  - { program: push, cpu: 1, name: other }
  - { user: [{ delete: { map: m, key: 0 } }] }
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
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * The free path takes the lock in the value, which outlives the element: its memory is type-stable.
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
