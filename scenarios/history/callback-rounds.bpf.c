/*---
question: Is a callback looked at again, when its first round has changed which lock it will release?
asks: [10]
origin: { kernel: push_callback_call }
loadable: true
runs:
  - { program: prog, cpu: 0 }
callbacks: { each: 2 }
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
 * ab5cfac139ab: one round is balanced, and changes what the next one does.
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

struct ctx {
	struct val *taken;
	struct val *released;
	struct val *other;
};

static long each(u32 i, struct ctx *c)
{
	bpf_spin_lock(&c->taken->lock);
	bpf_spin_unlock(&c->released->lock);
	c->released = c->other;
	return 0;
}

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	int key0 = 0, key1 = 1;
	struct ctx c = {};

	c.taken = bpf_map_lookup_elem(&m, &key0);
	if (!c.taken)
		return 0;
	c.other = bpf_map_lookup_elem(&m, &key1);
	if (!c.other)
		return 0;
	c.released = c.taken;
	bpf_loop(2, each, &c, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
