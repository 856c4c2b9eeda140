/*---
question: A program in an interrupt takes the lock that the interrupted program uses. Is that safe?
asks: [20]
origin: { kernel: bpf_spin_lock }
loadable: true
runs:
  - { program: count, cpu: 0 }
  - { program: count, cpu: 0, name: irq, context: irq, interrupts: [count] }
expect:
  safety: safe
  default: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * bpf_spin_lock disables interrupts for as long as the lock is held.
 */
LOCK(A, glock);
private(A) int counter;

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
