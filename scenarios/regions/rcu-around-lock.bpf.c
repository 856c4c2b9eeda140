/*---
question: May an RCU section enclose a critical section?
asks: [14]
origin: { kernel: check_kfunc_call }
loadable: true
runs:
  - { program: prog, cpu: 0 }
  - { program: prog, cpu: 1, name: other }
expect:
  safety: safe
  default: accept
  fresh-id: not-applicable
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

	bpf_rcu_read_lock();
	bpf_spin_lock(lock);
	counter++;
	bpf_spin_unlock(lock);
	bpf_rcu_read_unlock();
	return 0;
}

char _license[] SEC("license") = "GPL";
