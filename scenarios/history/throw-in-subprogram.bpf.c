/*---
question: May a static subprogram throw while its caller is in an RCU section?
asks: [14]
origin: { kernel: process_bpf_exit_full }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: context-leak
  default: { verdict: reject, guard: throw-rcu-released }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

static __noinline void check(u32 coin)
{
	if (coin == 0)
		bpf_throw(0);
}

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	u32 coin;

	coin = bpf_get_prandom_u32();
	bpf_rcu_read_lock();
	check(coin);
	bpf_rcu_read_unlock();
	return 0;
}

char _license[] SEC("license") = "GPL";
