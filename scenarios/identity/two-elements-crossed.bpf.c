/*---
question: May a CPU lock one element of an array and unlock another?
asks: [1, 21]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
loadable: true
runs:
  - { program: count, cpu: 0 }
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
 * Dave describes the identity as "(map_ptr, map_value_offset)" with equal map_ptr for head and lock. Taken literally
 * (ptr-id/literal) the two elements are one lock.
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
int count(struct __sk_buff *ctx)
{
	int key0 = 0, key1 = 1;
	struct val *v0, *v1;

	v0 = bpf_map_lookup_elem(&m, &key0);
	if (!v0)
		return 0;
	v1 = bpf_map_lookup_elem(&m, &key1);
	if (!v1)
		return 0;
	bpf_spin_lock(&v0->lock);
	v0->count++;
	bpf_spin_unlock(&v1->lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
