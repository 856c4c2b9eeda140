/*---
question: May a callback be given a map value as its context?
asks: [18]
origin: { kernel: check_reg_type }
loadable: true
runs:
  - { program: walk, cpu: 0 }
elements: { m: [0] }
expect:
  safety: safe
  default: { verdict: reject, guard: context-on-stack }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct val {
	int data;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

static long each(struct bpf_map *map, int *key, struct val *v, struct val *first)
{
	first->data = 1;
	return 0;
}

SEC("tc")
int walk(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	bpf_for_each_map_elem(&m, each, v, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
