/*---
question: A map that no program mentions has a lock in a per-CPU value. Is the object loaded?
asks: [20]
origin: { kernel: map_check_btf }
loadable: true
runs:
  - { program: walk, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: lock-map-type }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct val {
	struct bpf_spin_lock lock;
	int data;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

SEC("tc")
int walk(struct __sk_buff *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
