/*---
question: May a kprobe read a counter that shares its section with a lock?
asks: [20]
origin: { kernel: check_map_prog_compatibility }
loadable: true
runs:
  - { program: probe, cpu: 0, interrupts: [count] }
  - { program: count, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: program-type-lock }
  locks-offset: accept
  locks-element: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * The rule looks at the map, not at what the program does with it. Where locks have a section of their own, the counter is
 * in another map.
 */
LOCK(A, glock);
private(A) int counter;

SEC("kprobe/bpf_fentry_test1")
int probe(struct pt_regs *ctx)
{
	return counter;
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
