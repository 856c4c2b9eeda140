/*---
question: May a program that may sleep do so under a lock?
asks: [14]
origin: { kernel: do_check }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: lock-leak
  default: { verdict: reject, guard: no-call-under-lock }
  fresh-id: { verdict: reject, guard: sleepable-lock }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

LOCK(A, glock);
private(A) int counter;

SEC("syscall")
int prog(void *ctx)
{
	struct bpf_spin_lock *lock = &glock;
	int data;

	bpf_spin_lock(lock);
	bpf_copy_from_user(&data, sizeof(data), NULL);
	bpf_spin_unlock(lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
