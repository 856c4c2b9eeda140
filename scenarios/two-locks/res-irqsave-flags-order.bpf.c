/*---
question: May two locks give back the interrupt states in the order in which they were saved?
asks: [13, 14]
origin: { kernel: restore_irq_state }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: context-leak
  default: not-applicable
  linux-6.18: { verdict: reject, guard: irq-order }
  ptr-id/list-del: { verdict: reject, guard: irq-order }
  lock-type: { verdict: reject, guard: irq-order }
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
	unsigned long outer, inner;

	if (bpf_res_spin_lock_irqsave(&lock_a, &outer))
		return 0;
	if (bpf_res_spin_lock_irqsave(&lock_b, &inner)) {
		bpf_res_spin_unlock_irqrestore(&lock_a, &outer);
		return 0;
	}
	bpf_res_spin_unlock_irqrestore(&lock_b, &outer);
	bpf_res_spin_unlock_irqrestore(&lock_a, &inner);
	return 0;
}

char _license[] SEC("license") = "GPL";
