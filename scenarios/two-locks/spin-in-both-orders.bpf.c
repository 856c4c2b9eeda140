/*---
question: Two CPUs take two locks in opposite orders. Who stops them?
asks: [13]
origin: { kernel: process_spin_lock }
loadable: true
runs:
  - { program: forth, cpu: 0 }
  - { program: back, cpu: 1 }
expect:
  safety: lock-cycle
  default: { verdict: reject, guard: no-call-under-lock }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

LOCK(A, lock_a);
LOCK(B, lock_b);
private(A) int counter;

SEC("tc")
int forth(struct __sk_buff *ctx)
{
	struct bpf_spin_lock *a = &lock_a, *b = &lock_b;

	bpf_spin_lock(a);
	bpf_spin_lock(b);
	counter++;
	bpf_spin_unlock(b);
	bpf_spin_unlock(a);
	return 0;
}

SEC("tc")
int back(struct __sk_buff *ctx)
{
	struct bpf_spin_lock *a = &lock_a, *b = &lock_b;

	bpf_spin_lock(b);
	bpf_spin_lock(a);
	counter++;
	bpf_spin_unlock(a);
	bpf_spin_unlock(b);
	return 0;
}

char _license[] SEC("license") = "GPL";
