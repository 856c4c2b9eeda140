/*---
question: May a program look into an inner map before it tests it for NULL?
asks: [7]
origin: { kernel: check_reg_type }
loadable: true
runs:
  - { program: prog, cpu: 0 }
elements: { outer: [] }
expect:
  safety: wild-access
  default: { verdict: reject, guard: access-pointer-usable }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct plain {
	int data;
};

struct inner_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct plain);
} inner SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, int);
	__array(values, struct inner_map);
} outer SEC(".maps") = { .values = { &inner } };

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	int key = 1;
	void *im;

	im = bpf_map_lookup_elem(&outer, &key);
	bpf_map_lookup_elem(im, &key);
	return 0;
}

char _license[] SEC("license") = "GPL";
