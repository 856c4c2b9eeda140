/*---
question: May a function that calls back be called under a lock?
asks: [10]
origin: { kernel: do_check }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: no-call-under-lock }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

LOCK(A, glock);
private(A) int counter;

static long each(u32 i, void *ctx)
{
	counter++;
	return 0;
}

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	bpf_loop(1, each, NULL, 0);
	bpf_spin_unlock(&glock);
	return 0;
}

char _license[] SEC("license") = "GPL";
