/*---
question: An fentry program fires inside a critical section and takes the same lock. Each loads its address once. Is it turned away?
asks: [20]
origin: { kernel: check_map_prog_compatibility }
loadable: "the step that takes the lock has no kernel counterpart here (design.md 7)"
runs:
  - { program: probe, cpu: 0, interrupts: [count] }
  - { program: count, cpu: 0 }
expect:
  safety: self-deadlock
  default: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * Only kprobe, tracepoint, perf event and raw tracepoint programs are refused.
 */
LOCK(A, glock);

SEC("fentry/bpf_fentry_test1")
int probe(__u64 *ctx)
{
	struct bpf_spin_lock *lock = &glock;

	MODEL_ONLY(bpf_spin_lock(lock));
	bpf_spin_unlock(lock);
	return 0;
}

SEC("tc")
int count(struct __sk_buff *ctx)
{
	struct bpf_spin_lock *lock = &glock;

	bpf_spin_lock(lock);
	bpf_spin_unlock(lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
