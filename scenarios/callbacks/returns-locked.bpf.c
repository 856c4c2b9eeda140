/*---
question: May a callback return with a lock that it took?
asks: [10, 14]
origin: { kernel: prepare_func_exit }
loadable: true
runs:
  - { program: walk, cpu: 0 }
callbacks: { each: 1 }
expect:
  safety: lock-leak
  default: { verdict: reject, guard: callback-lock-balanced }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

LOCK(A, glock);
private(A) int counter;

static long each(u32 i, void *ctx)
{
	bpf_spin_lock(&glock);
	counter++;
	return 0;
}

SEC("tc")
int walk(struct __sk_buff *ctx)
{
	bpf_loop(1, each, NULL, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
