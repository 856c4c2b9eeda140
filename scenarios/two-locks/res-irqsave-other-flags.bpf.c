/*---
question: May a lock be released with an interrupt state that was never saved?
asks: [13, 14]
origin: { kernel: process_irq_flag }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: safe
  default: not-applicable
  linux-6.18: { verdict: reject, guard: irq-saved }
  ptr-id/list-del: { verdict: reject, guard: irq-saved }
  lock-type: { verdict: reject, guard: irq-saved }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

private(A) struct bpf_res_spin_lock lock_a;
private(A) int counter;

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	unsigned long flags, other;

	if (bpf_res_spin_lock_irqsave(&lock_a, &flags))
		return 0;
	bpf_res_spin_unlock_irqrestore(&lock_a, &other);
	return 0;
}

char _license[] SEC("license") = "GPL";
