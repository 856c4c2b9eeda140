/*---
question: May an interrupt state be restored that was not saved?
asks: [14]
origin: { kernel: process_irq_flag }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: context-leak
  default: not-applicable
  ptr-id/list-del: { verdict: reject, guard: irq-saved }
  lock-type: { verdict: reject, guard: irq-saved }
  linux-6.18: { verdict: reject, guard: irq-saved }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	unsigned long flags = 0;

	bpf_local_irq_restore(&flags);
	return 0;
}

char _license[] SEC("license") = "GPL";
