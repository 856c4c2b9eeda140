/*---
question: May a program load bytes of a packet, which ends it where there are none, inside a region?
asks: [14]
origin: { kernel: check_ld_abs }
loadable: true
runs:
  - { program: in_rcu, cpu: 0 }
  - { program: preempt_off, cpu: 0 }
expect:
  safety: context-leak
  default: { verdict: reject, guard: load-packet-rcu-released }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

private(A) int first;

SEC("tc")
int in_rcu(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	first = load_half(ctx, 0);
	bpf_rcu_read_unlock();
	return 0;
}

SEC("tc")
int preempt_off(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	first = load_half(ctx, 0);
	bpf_preempt_enable();
	return 0;
}

char _license[] SEC("license") = "GPL";
