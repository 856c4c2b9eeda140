/*---
question: May releasing a lock restore what bpf_local_irq_save has saved?
asks: [13, 14]
origin: { kernel: restore_irq_state }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: context-leak
  default: not-applicable
  linux-6.18: { verdict: reject, guard: irq-same-kind }
  ptr-id/list-del: { verdict: reject, guard: irq-same-kind }
  lock-type: { verdict: reject, guard: irq-same-kind }
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
	unsigned long flags, inner;

	bpf_local_irq_save(&flags);
	if (bpf_res_spin_lock_irqsave(&lock_a, &inner)) {
		bpf_local_irq_restore(&flags);
		return 0;
	}
	bpf_res_spin_unlock_irqrestore(&lock_a, &flags);
	bpf_local_irq_restore(&inner);
	return 0;
}

char _license[] SEC("license") = "GPL";
