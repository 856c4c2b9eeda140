/*---
question: May another resilient lock be released than the one that is held?
asks: [13]
origin: { kernel: process_spin_lock }
loadable: true
runs:
  - { program: prog, cpu: 0 }
  - { program: prog_irq, cpu: 0 }
expect:
  safety: unlock-not-held
  default: not-applicable
  ptr-id/list-del: { verdict: reject, guard: unlock-same-lock }
  lock-type: { verdict: reject, guard: unlock-same-lock }
  linux-6.18: { verdict: reject, guard: unlock-same-lock }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

private(A) struct bpf_res_spin_lock lock_a;
private(A) int counter;
private(B) struct bpf_res_spin_lock lock_b;

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	if (bpf_res_spin_lock(&lock_a))
		return 0;
	bpf_res_spin_unlock(&lock_b);
	return 0;
}

SEC("tc")
int prog_irq(struct __sk_buff *ctx)
{
	unsigned long flags;

	if (bpf_res_spin_lock_irqsave(&lock_a, &flags))
		return 0;
	bpf_res_spin_unlock_irqrestore(&lock_b, &flags);
	return 0;
}

char _license[] SEC("license") = "GPL";
