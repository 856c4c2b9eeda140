/*---
question: A kprobe fires inside a critical section and takes the same lock. Why may tracing programs not do that?
asks: [20]
origin: { kernel: check_map_prog_compatibility }
loadable: true
runs:
  - { program: probe, cpu: 0, interrupts: [count] }
  - { program: count, cpu: 0 }
expect:
  safety: self-deadlock
  default: { verdict: reject, guard: program-type-lock }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

LOCK(A, glock);
private(A) int counter;

SEC("kprobe/bpf_fentry_test1")
int probe(struct pt_regs *ctx)
{
	struct bpf_spin_lock *lock = &glock;

	bpf_spin_lock(lock);
	counter++;
	bpf_spin_unlock(lock);
	return 0;
}

SEC("tc")
int count(struct __sk_buff *ctx)
{
	struct bpf_spin_lock *lock = &glock;

	bpf_spin_lock(lock);
	counter++;
	bpf_spin_unlock(lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
