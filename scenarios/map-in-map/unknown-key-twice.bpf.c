/*---
question: Two lookups of one key that is not known, in one inner map. Is it the same lock?
asks: [6]
origin: { kernel: process_spin_lock }
loadable: true
runs:
  - { program: twice, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: unlock-same-lock }
  fresh-id: { verdict: reject, guard: inner-map-lock }
  ptr-id/literal: accept
  lock-address: { verdict: reject, guard: lock-address-known }
  lock-address/refuse-inner-maps: { verdict: reject, guard: inner-map-lock }
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct val {
	struct bpf_spin_lock lock;
	int data;
};

struct inner_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct val);
} inner_a SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, int);
	__array(values, struct inner_map);
} outer SEC(".maps") = {
	.values = { &inner_a },
};

SEC("tc")
int twice(struct __sk_buff *ctx)
{
	int key, zero = 0;
	void *inner;
	struct val *v0, *v1;

	key = bpf_get_prandom_u32() & 1;
	inner = bpf_map_lookup_elem(&outer, &zero);
	if (!inner)
		return 0;
	v0 = bpf_map_lookup_elem(inner, &key);
	if (!v0)
		return 0;
	v1 = bpf_map_lookup_elem(inner, &key);
	if (!v1)
		return 0;
	bpf_spin_lock(&v0->lock);
	v0->data++;
	bpf_spin_unlock(&v1->lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
