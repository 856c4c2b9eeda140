/*---
question: May a resilient lock be taken in a value that has none?
asks: [13]
origin: { kernel: process_spin_lock }
loadable: true
runs:
  - { program: lock, cpu: 0 }
  - { program: unlock, cpu: 0 }
  - { program: lock_irqsave, cpu: 0 }
  - { program: unlock_irqrestore, cpu: 0 }
expect:
  safety: wild-access
  default: not-applicable
  ptr-id/list-del: { verdict: reject, guard: map-has-lock }
  lock-type: { verdict: reject, guard: map-has-lock }
  linux-6.18: { verdict: reject, guard: map-has-lock }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct val {
	struct bpf_res_spin_lock lock;
	int data;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

struct plain {
	int data;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct plain);
} no_locks SEC(".maps");

SEC("tc")
int lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct plain *v;

	v = bpf_map_lookup_elem(&no_locks, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock((struct bpf_res_spin_lock *)v))
		return 0;
	bpf_res_spin_unlock((struct bpf_res_spin_lock *)v);
	return 0;
}

SEC("tc")
int unlock(struct __sk_buff *ctx)
{
	int key = 0;
	struct plain *v;

	v = bpf_map_lookup_elem(&no_locks, &key);
	if (!v)
		return 0;
	bpf_res_spin_unlock((struct bpf_res_spin_lock *)v);
	return 0;
}

SEC("tc")
int lock_irqsave(struct __sk_buff *ctx)
{
	unsigned long flags;
	int key = 0;
	struct plain *v;

	v = bpf_map_lookup_elem(&no_locks, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock_irqsave((struct bpf_res_spin_lock *)v, &flags))
		return 0;
	bpf_res_spin_unlock_irqrestore((struct bpf_res_spin_lock *)v, &flags);
	return 0;
}

SEC("tc")
int unlock_irqrestore(struct __sk_buff *ctx)
{
	unsigned long flags = 0;
	int key = 0;
	struct plain *v;

	v = bpf_map_lookup_elem(&no_locks, &key);
	if (!v)
		return 0;
	bpf_res_spin_unlock_irqrestore((struct bpf_res_spin_lock *)v, &flags);
	return 0;
}

char _license[] SEC("license") = "GPL";
