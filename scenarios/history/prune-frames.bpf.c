/*---
question: A subprogram tests one of two pointers of its caller. Does the caller know which?
asks: [15]
origin: { kernel: states_equal }
loadable: true
runs:
  - { program: prog, cpu: 0 }
elements: { m: [0] }
expect:
  safety: wild-access
  default: { verdict: reject, guard: access-pointer-usable }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * 5dd9cdbc9dec: the path on which the subprogram tests v1 is looked at first. In the frame of the subprogram there is one
 * pointer, in that of the caller there is another; only both together tell whether they are the same.
 */
struct val {
	int count;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

static __noinline int is_there(struct val *a, struct val *b, u32 coin)
{
	struct val *v = b;

	if (coin == 0)
		v = a;
	if (!v)
		return 0;
	return 1;
}

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	int key0 = 0, key1 = 1;
	struct val *v0, *v1;
	u32 coin;

	coin = bpf_get_prandom_u32();
	v0 = bpf_map_lookup_elem(&m, &key0);
	v1 = bpf_map_lookup_elem(&m, &key1);
	if (is_there(v0, v1, coin))
		v1->count++;
	return 0;
}

char _license[] SEC("license") = "GPL";
