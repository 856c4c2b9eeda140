/*---
question: A variable holds the address of a global lock, then an element of an inner map. Where does the lock of the element lie?
asks: [5]
origin: { kernel: process_spin_lock }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: safe
  default: accept
  fresh-id: { verdict: reject, guard: inner-map-lock }
  lock-address/refuse-inner-maps: { verdict: reject, guard: inner-map-lock }
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

LOCK(A, glock);

struct val {
	struct bpf_spin_lock lock;
	int data;
};

struct inner_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} inner SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, int);
	__array(values, struct inner_map);
} outer SEC(".maps") = { .values = { &inner } };

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct val *v;
	int key = 0;
	void *im;

	im = bpf_map_lookup_elem(&outer, &key);
	if (!im)
		return 0;
	v = (struct val *)&glock;
	v = bpf_map_lookup_elem(im, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	v->data = 1;
	bpf_spin_unlock(&v->lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
