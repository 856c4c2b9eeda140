/*---
question: A lock is taken on one branch, and released on the same branch of a second test. Are they balanced?
asks: [14]
origin: { kernel: check_cond_jmp_op }
loadable: true
runs:
  - { program: tested, cpu: 0 }
  - { program: copied, cpu: 0 }
expect:
  safety: safe
  default: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

LOCK(A, glock);
private(A) int counter;

SEC("tc")
int tested(struct __sk_buff *ctx)
{
	u32 coin;
	struct bpf_spin_lock *lock = &glock;

	coin = bpf_get_prandom_u32();
	if (coin == 0)
		bpf_spin_lock(lock);
	if (coin == 0)
		bpf_spin_unlock(lock);
	return 0;
}

SEC("tc")
int copied(struct __sk_buff *ctx)
{
	u32 coin, copy;
	struct bpf_spin_lock *lock = &glock;

	coin = bpf_get_prandom_u32();
	if (coin == 0)
		bpf_spin_lock(lock);
	copy = coin;
	if (copy == 0)
		bpf_spin_unlock(lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
