/*---
question: Two paths lock different elements and join. May one unlock serve both?
asks: [15]
origin: { kernel: states_equal }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: unlock-not-held
  default: { verdict: reject, guard: unlock-same-lock }
  ptr-id/literal: accept
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * The path that locks v0 is looked at first. If states are compared without the relation between held lock and register,
 * the second path is pruned at the join.
 */
struct val {
	struct bpf_spin_lock lock;
	int count;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	int key0 = 0, key1 = 1;
	struct val *v0, *v1;
	u32 coin;

	coin = bpf_get_prandom_u32();
	v0 = bpf_map_lookup_elem(&m, &key0);
	if (!v0)
		return 0;
	v1 = bpf_map_lookup_elem(&m, &key1);
	if (!v1)
		return 0;
	if (coin == 0)
		bpf_spin_lock(&v0->lock);
	else
		bpf_spin_lock(&v1->lock);
	v0->count++;
	bpf_spin_unlock(&v0->lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
