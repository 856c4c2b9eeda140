/*---
question: May a lock be taken twice?
asks: [14]
origin: { kernel: do_check }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: self-deadlock
  default: { verdict: reject, guard: no-call-under-lock }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

LOCK(A, glock);
private(A) int counter;

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct bpf_spin_lock *lock = &glock;

	bpf_spin_lock(lock);
	bpf_spin_lock(lock);
	counter++;
	bpf_spin_unlock(lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
