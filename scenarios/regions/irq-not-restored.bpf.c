/*---
question: May a program exit with interrupts disabled?
asks: [14]
origin: { kernel: check_resource_leak }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: context-leak
  default: not-applicable
  linux-6.18: { verdict: reject, guard: exit-irq-restored }
  ptr-id/list-del: { verdict: reject, guard: exit-irq-restored }
  lock-type: { verdict: reject, guard: exit-irq-restored }
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
	return 0;
}

char _license[] SEC("license") = "GPL";
