/*---
question: Several CPUs take two locks in one order. How many states is that?
asks: [13]
origin: { kernel: process_spin_lock }
loadable: one lock at a time is all that kernels allow
runs:
  - { program: both, cpu: 0 }
  - { program: both, cpu: 1, name: second }
expect:
  safety: safe
  default: { verdict: reject, guard: no-call-under-lock }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

LOCK(A, lock_a);
LOCK(B, lock_b);

SEC("tc")
int both(struct __sk_buff *ctx)
{
	struct bpf_spin_lock *a = &lock_a, *b = &lock_b;

	bpf_spin_lock(a);
	bpf_spin_lock(b);
	bpf_spin_unlock(b);
	bpf_spin_unlock(a);
	return 0;
}

char _license[] SEC("license") = "GPL";
