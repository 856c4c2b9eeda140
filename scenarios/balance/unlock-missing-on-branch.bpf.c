/*---
question: May the unlock be missing on one branch?
asks: [14]
origin: { kernel: check_resource_leak }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: lock-leak
  default: { verdict: reject, guard: exit-lock-released }
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
	u32 coin;

	coin = bpf_get_prandom_u32();
	bpf_spin_lock(lock);
	counter++;
	if (coin == 0)
		return 0;
	bpf_spin_unlock(lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
