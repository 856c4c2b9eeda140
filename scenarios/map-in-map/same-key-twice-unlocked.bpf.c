/*---
question: 'Two lookups of one key, and user space replaces the inner map in between: may the lock of the first be released through the second?'
asks: [6, 21]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
loadable: true
runs:
  - { program: twice, cpu: 0 }
  - { user: [{ replace_inner: { map: outer, key: 0, with: inner_b } }] }
expect:
  safety: unlock-not-held
  default: { verdict: reject, guard: unlock-same-lock }
  fresh-id: { verdict: reject, guard: inner-map-lock }
  ptr-id/literal: accept
  lock-address: accept
  lock-address/refuse-inner-maps: { verdict: reject, guard: inner-map-lock }
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

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
int twice(struct __sk_buff *ctx)
{
	int key0 = 0, key1 = 0, zero = 0;
	void *inner0, *inner1;
	struct val *v0, *v1;

	inner0 = bpf_map_lookup_elem(&outer, &key0);
	if (!inner0)
		return 0;
	v0 = bpf_map_lookup_elem(inner0, &zero);
	if (!v0)
		return 0;
	inner1 = bpf_map_lookup_elem(&outer, &key1);
	if (!inner1)
		return 0;
	v1 = bpf_map_lookup_elem(inner1, &zero);
	if (!v1)
		return 0;
	LOCK_FOR(v0->lock, v0->head);
	UNLOCK_FOR(v1->lock, v1->head);
	return 0;
}

char _license[] SEC("license") = "GPL";
