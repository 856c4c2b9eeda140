/*---
question: May a callback of bpf_loop return 2?
asks: [18]
origin: { kernel: prepare_func_exit }
loadable: true
runs:
  - { program: walk, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: callback-returns-flag }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

static long each(u32 i, void *ctx)
{
	return 2;
}

SEC("tc")
int walk(struct __sk_buff *ctx)
{
	bpf_loop(4, each, NULL, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
