/*---
question: Values without lists. May a callback inside a callback take the lock of the outer value and release its own?
asks: [10, 21]
origin: { kernel: map_set_for_each_callback_args }
loadable: "the step that takes one value for the other has no kernel counterpart here"
runs:
  - { program: walk, cpu: 0 }
elements: { m: [0, 1] }
expect:
  safety: unlock-not-held
  default: accept
  ptr-id/callback-fresh: { verdict: reject, guard: unlock-same-lock }
  lock-address: { verdict: reject, guard: lock-address-known }
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * Both values have id 0, so (ptr, id) is one identity for two elements.
 */
struct val {
	struct bpf_spin_lock lock;
	int data;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

struct context {
	struct val *out;
};

static long inner(struct bpf_map *map, int *key, struct val *v, struct context *c)
{
	bpf_spin_lock(&c->out->lock);
	MODEL_ONLY(bpf_spin_unlock(&v->lock));
	return 0;
}

static long outer(struct bpf_map *map, int *key, struct val *v, void *ctx)
{
	struct context c = { .out = v };

	bpf_for_each_map_elem(&m, inner, &c, 0);
	return 0;
}

SEC("tc")
int walk(struct __sk_buff *ctx)
{
	bpf_for_each_map_elem(&m, outer, NULL, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
