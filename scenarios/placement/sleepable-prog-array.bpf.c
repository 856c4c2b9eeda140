/*---
question: May a program that can sleep use an array of programs?
asks: [20]
origin: { kernel: check_map_prog_compatibility }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: sleepable-map-type }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, int);
} tails SEC(".maps");

SEC("syscall")
int prog(void *ctx)
{
	bpf_tail_call(ctx, &tails, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
