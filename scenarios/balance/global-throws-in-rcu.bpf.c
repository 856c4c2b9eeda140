/*---
question: May a global subprogram throw while its caller is in an RCU section?
asks: [14]
origin: { kernel: check_func_call }
loadable: "the step that throws has no kernel counterpart here (design.md 7)"
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: context-leak
  default: accept
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * A global subprogram is verified alone; nobody looks at what its caller has open when it throws.
 */
__noinline int check(u32 coin)
{
	if (coin == 0)
		MODEL_ONLY(bpf_throw(0));
	return 0;
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
