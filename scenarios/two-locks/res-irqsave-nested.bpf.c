/*---
question: May two locks be taken with interrupts off, one inside the other?
asks: [13]
origin: { kernel: process_spin_lock }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: safe
  default: not-applicable
  ptr-id/list-del: accept
  lock-type: accept
  linux-6.18: accept
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
	bpf_res_spin_unlock_irqrestore(&lock_b, &inner);
	bpf_res_spin_unlock_irqrestore(&lock_a, &outer);
	return 0;
}

char _license[] SEC("license") = "GPL";
