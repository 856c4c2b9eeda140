/*---
question: May an element of an inner map be used without a test?
asks: [5]
origin: { kernel: check_mem_access }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: access-pointer-usable }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct val {
	int more;
	int data;
};

struct inner_map {
	__uint(type, BPF_MAP_TYPE_HASH);
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
	v = bpf_map_lookup_elem(im, &key);
	return v->data;
}

char _license[] SEC("license") = "GPL";
