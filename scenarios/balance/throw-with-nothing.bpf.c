/*---
question: May an exception be thrown when nothing is held?
asks: [14]
origin: { kernel: check_kfunc_call }
loadable: true
runs:
  - { program: prog, cpu: 0 }
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
	u32 coin;

	coin = bpf_get_prandom_u32();
	bpf_spin_lock(lock);
	counter++;
	bpf_spin_unlock(lock);
	if (coin == 0)
		bpf_throw(0);
	return 0;
}

char _license[] SEC("license") = "GPL";
