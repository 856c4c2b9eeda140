/*---
question: May something beside the lock of a value be taken as a lock?
asks: [1]
origin: { kernel: process_spin_lock }
loadable: true
runs:
  - { program: lock, cpu: 0 }
  - { program: unlock, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: offset-is-lock }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct pair {
	struct bpf_spin_lock lock;
	int data;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct pair);
} m SEC(".maps");

SEC("tc")
int lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct pair *v;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	bpf_spin_lock((struct bpf_spin_lock *)&v->data);
	bpf_spin_unlock((struct bpf_spin_lock *)&v->data);
	return 0;
}

SEC("tc")
int unlock(struct __sk_buff *ctx)
{
	int key = 0;
	struct pair *v;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	bpf_spin_unlock((struct bpf_spin_lock *)&v->data);
	return 0;
}

char _license[] SEC("license") = "GPL";
