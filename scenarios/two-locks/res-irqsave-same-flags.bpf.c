/*---
question: May two locks keep the interrupt state in one variable?
asks: [13, 14]
origin: { kernel: process_irq_flag }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: context-leak
  default: not-applicable
  linux-6.18: { verdict: reject, guard: irq-not-saved-yet }
  ptr-id/list-del: { verdict: reject, guard: irq-not-saved-yet }
  lock-type: { verdict: reject, guard: irq-not-saved-yet }
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
	unsigned long flags;

	if (bpf_res_spin_lock_irqsave(&lock_a, &flags))
		return 0;
	if (bpf_res_spin_lock_irqsave(&lock_b, &flags)) {
		bpf_res_spin_unlock_irqrestore(&lock_a, &flags);
		return 0;
	}
	bpf_res_spin_unlock_irqrestore(&lock_b, &flags);
	bpf_res_spin_unlock_irqrestore(&lock_a, &flags);
	return 0;
}

char _license[] SEC("license") = "GPL";
