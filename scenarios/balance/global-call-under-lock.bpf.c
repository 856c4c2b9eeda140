/*---
question: May a global subprogram be called under a lock?
asks: [14]
origin: { kernel: check_func_call }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: no-global-call-under-lock }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

LOCK(A, glock);
private(A) int counter;

__noinline int bump(void)
{
	counter++;
	return 0;
}

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct bpf_spin_lock *lock = &glock;

	bpf_spin_lock(lock);
	bump();
	bpf_spin_unlock(lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
