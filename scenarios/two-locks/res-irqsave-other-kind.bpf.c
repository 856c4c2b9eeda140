/*---
question: May the interrupt state that a lock saved be restored without the lock?
asks: [13, 14]
origin: { kernel: restore_irq_state }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: lock-leak
  default: not-applicable
  linux-6.18: { verdict: reject, guard: no-call-under-lock }
  ptr-id/list-del: { verdict: reject, guard: no-call-under-lock }
  lock-type: { verdict: reject, guard: no-call-under-lock }
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
	unsigned long flags;

	if (bpf_res_spin_lock_irqsave(&lock_a, &flags))
		return 0;
	bpf_local_irq_restore(&flags);
	return 0;
}

char _license[] SEC("license") = "GPL";
