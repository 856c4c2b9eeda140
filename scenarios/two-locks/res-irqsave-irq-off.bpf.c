/*---
question: Does a resilient lock give interrupts back as it found them, turned off?
asks: [13, 14]
origin: { kernel: process_irq_flag }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: safe
  default: not-applicable
  linux-6.18: accept
  ptr-id/list-del: accept
  lock-type: accept
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
	unsigned long outer, inner;

	bpf_local_irq_save(&outer);
	if (bpf_res_spin_lock_irqsave(&lock_a, &inner)) {
		bpf_local_irq_restore(&outer);
		return 0;
	}
	bpf_res_spin_unlock_irqrestore(&lock_a, &inner);
	bpf_local_irq_restore(&outer);
	return 0;
}

char _license[] SEC("license") = "GPL";
