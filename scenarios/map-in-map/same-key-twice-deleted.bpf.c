/*---
question: 'Two lookups of one key of an inner hash, and user space deletes and creates the element in between: are they one lock?'
asks: [6, 21]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
hypothesis: "6 same key twice, element or inner map replaced in between"
loadable: true
runs:
  - { program: twice, cpu: 0 }
  - { program: push, cpu: 1 }
  - { user: [{ delete: { map: inner_a, key: 0 } }, { update: { map: inner_a, key: 0 } }] }
elements: { inner_a: [0], inner_b: [0] }
expect:
  safety: list-race
  default: { verdict: reject, guard: head-lock-matches }
  fresh-id: { verdict: reject, guard: inner-map-lock }
  ptr-id/literal: accept
  ptr-id/no-syscall-mask: { verdict: reject, guard: head-lock-matches, safety: user-tamper }
  lock-address: { verdict: reject, guard: lock-address-known }
  lock-address/refuse-inner-maps: { verdict: reject, guard: inner-map-lock }
  lock-address/no-teardown-lock: { verdict: reject, guard: lock-address-known, safety: teardown-race }
  lock-type: accept
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-offset/no-teardown-lock: { verdict: reject, guard: lock-in-locks-section, safety: teardown-race }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
  locks-element/no-teardown-lock: { verdict: reject, guard: lock-in-locks-section, safety: teardown-race }
  rbtree-owns-lock/no-teardown-lock: { verdict: reject, guard: head-lock-matches, safety: teardown-race }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * The table of hypotheses calls lock-address unsound here. That holds of an inner map that is replaced; of an element that
 * is replaced it does not, because no address of a hash element is known.
 */
struct node_data {
	struct bpf_list_node list;
	int data;
};

struct val {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(node_data, list) __guarded_by(lock);
};

struct inner_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct val);
} inner_a SEC(".maps"), inner_b SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, int);
	__array(values, struct inner_map);
} outer SEC(".maps") = {
	.values = { &inner_a, &inner_b },
};

SEC("tc")
int twice(struct __sk_buff *ctx)
{
	int key = 0, zero = 0;
	void *inner;
	struct val *v0, *v1;
	struct node_data *n;

	inner = bpf_map_lookup_elem(&outer, &key);
	if (!inner)
		return 0;
	v0 = bpf_map_lookup_elem(inner, &zero);
	if (!v0)
		return 0;
	v1 = bpf_map_lookup_elem(inner, &zero);
	if (!v1)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(v0->lock, v0->head);
	bpf_list_push_back(&v1->head, &n->list);
	UNLOCK_FOR(v0->lock, v0->head);
	return 0;
}

SEC("tc")
int push(struct __sk_buff *ctx)
{
	int key = 0, zero = 0;
	void *inner;
	struct val *v;
	struct node_data *n;

	inner = bpf_map_lookup_elem(&outer, &key);
	if (!inner)
		return 0;
	v = bpf_map_lookup_elem(inner, &zero);
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
