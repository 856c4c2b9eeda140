/*---
question: A pointer is one of two elements, and a lock of one is held. May the lock be released through the pointer?
asks: [15]
origin: { kernel: regsafe }
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
 * 7c884339bbff: the path on which v is v1 is looked at first. The other one holds the same lock, and differs in the id
 * of v alone. v1 is used to the end, so that even a map of ids that knows nothing of the lock tells the two apart.
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
	struct val *v0, *v1, *v;
	u32 coin;

	coin = bpf_get_prandom_u32();
	v0 = bpf_map_lookup_elem(&m, &key0);
	if (!v0)
		return 0;
	v1 = bpf_map_lookup_elem(&m, &key1);
	if (!v1)
		return 0;
	v = v1;
	bpf_spin_lock(&v1->lock);
	if (coin == 0)
		v = v0;
	bpf_spin_unlock(&v->lock);
	bpf_spin_lock(&v1->lock);
	v1->count++;
	bpf_spin_unlock(&v1->lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
