/*---
question: User space takes an inner map out and lets go of it while a program has it. Is the map there for the lookup?
asks: [6, 16]
origin: { kernel: bpf_map_fd_put_ptr }
loadable: true
runs:
  - { program: prog, cpu: 0 }
  - { user: [{ delete_inner: { map: outer, key: 0 } }, { free_map: { map: inner_a } }] }
elements: { outer: [0] }
expect:
  safety: safe
  default: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * 876673364161: the program came to the inner map through the outer one, and holds nothing that keeps it.
 */
struct val {
	int count;
};

struct inner_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} inner_a SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, int);
	__array(values, struct inner_map);
} outer SEC(".maps") = {
	.values = { &inner_a },
};

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	int key = 0;
	void *inner;
	struct val *v;

	inner = bpf_map_lookup_elem(&outer, &key);
	if (!inner)
		return 0;
	v = bpf_map_lookup_elem(inner, &key);
	if (!v)
		return 0;
	v->count++;
	return 0;
}

char _license[] SEC("license") = "GPL";
