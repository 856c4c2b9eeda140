/*---
question: A variable held an object that was dropped, then a pointer to a global or an element. Is that pointer good?
asks: [11]
origin: { kernel: mark_reg_known_zero }
loadable: true
runs:
  - { program: section, cpu: 0 }
  - { program: element, cpu: 0 }
  - { program: of_inner, cpu: 0 }
expect:
  safety: safe
  default: accept
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct item {
	struct bpf_refcount ref;
	struct bpf_list_node list;
	struct bpf_rb_node rb;
	int key;
};

struct val {
	int data;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

struct inner_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
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

private(G) int counter;

SEC("tc")
int section(struct __sk_buff *ctx)
{
	struct item *n;
	int *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	r = (int *)n;
	bpf_obj_drop(n);
	r = &counter;
	*r = 1;
	return 0;
}

SEC("tc")
int element(struct __sk_buff *ctx)
{
	int key = 0;
	struct item *n;
	struct val *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	r = (struct val *)n;
	bpf_obj_drop(n);
	r = bpf_map_lookup_elem(&m, &key);
	if (!r)
		return 0;
	r->data = 1;
	return 0;
}

SEC("tc")
int of_inner(struct __sk_buff *ctx)
{
	int key = 0;
	void *inner;
	struct item *n;
	struct val *r;

	inner = bpf_map_lookup_elem(&outer, &key);
	if (!inner)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	r = (struct val *)n;
	bpf_obj_drop(n);
	r = bpf_map_lookup_elem(inner, &key);
	if (!r)
		return 0;
	r->data = 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
