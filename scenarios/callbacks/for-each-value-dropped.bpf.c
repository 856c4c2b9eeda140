/*---
question: A callback leaves a dropped object in its argument. Is the value that the next call is given good?
asks: [10]
origin: { kernel: map_set_for_each_callback_args }
loadable: true
runs:
  - { program: walk, cpu: 0 }
elements: { m: [0] }
callbacks: { each: 2 }
expect:
  safety: safe
  default: accept
  fresh-id: not-applicable
  lock-address: { verdict: reject, guard: lock-address-known }
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct item {
	long before;
	int key;
};

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

static long each(struct bpf_map *map, int *key, struct val *v, void *ctx)
{
	struct item *n;

	bpf_spin_lock(&v->lock);
	v->data = 1;
	bpf_spin_unlock(&v->lock);
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	v = (struct val *)&n->key;
	bpf_obj_drop(n);
	return 0;
}

SEC("tc")
int walk(struct __sk_buff *ctx)
{
	bpf_for_each_map_elem(&m, each, NULL, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
