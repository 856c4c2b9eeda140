/*---
question: May each branch have an unlock of its own?
asks: [14]
origin: { kernel: process_spin_lock }
loadable: true
runs:
  - { program: prog, cpu: 0 }
  - { program: prog, cpu: 1, name: other }
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
int prog(struct __sk_buff *ctx)
{
	struct bpf_spin_lock *lock = &glock;
	u32 coin;

	coin = bpf_get_prandom_u32();
	bpf_spin_lock(lock);
	if (coin == 0) {
		counter++;
		bpf_spin_unlock(lock);
		return 0;
	}
	counter--;
	bpf_spin_unlock(lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
