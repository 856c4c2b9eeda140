/*---
question: May a program exit with the lock that a static subprogram took?
asks: [14]
origin: { kernel: check_resource_leak }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: lock-leak
  default: { verdict: reject, guard: exit-lock-released }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

LOCK(A, glock);
private(A) int counter;

static __noinline void take(void)
{
	bpf_spin_lock(&glock);
}

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	take();
	counter++;
	return 0;
}

char _license[] SEC("license") = "GPL";
