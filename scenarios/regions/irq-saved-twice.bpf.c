/*---
question: May two interrupt states be saved in one variable?
asks: [14]
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

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	bpf_local_irq_save(&flags);
	bpf_local_irq_restore(&flags);
	bpf_local_irq_restore(&flags);
	return 0;
}

char _license[] SEC("license") = "GPL";
