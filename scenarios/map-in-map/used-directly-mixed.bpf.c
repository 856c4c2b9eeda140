/*---
question: 'One program reaches a value both ways: may the lock found through the outer map open the list found directly?'
asks: [6, 21]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
loadable: true
runs:
  - { program: mixed, cpu: 0 }
  - { program: direct, cpu: 1 }
expect:
  safety: safe
  default: { verdict: reject, guard: head-lock-matches }
  fresh-id: { verdict: reject, guard: inner-map-lock }
  lock-address: accept
  lock-address/refuse-inner-maps: { verdict: reject, guard: inner-map-lock }
  lock-type: accept
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * One value has two names for `ptr`: the template and the inner map.
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
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
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
int mixed(struct __sk_buff *ctx)
{
	int zero = 0;
	void *inner;
	struct val *v0, *v1;
	struct node_data *n;

	inner = bpf_map_lookup_elem(&outer, &zero);
	if (!inner)
		return 0;
	v0 = bpf_map_lookup_elem(inner, &zero);
	if (!v0)
		return 0;
	v1 = bpf_map_lookup_elem(&inner_a, &zero);
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
int direct(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct node_data *n;

	v = bpf_map_lookup_elem(&inner_a, &key);
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
