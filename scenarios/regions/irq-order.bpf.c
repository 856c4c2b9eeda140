/*---
question: May two saved interrupt states be restored in the order in which they were saved?
asks: [14]
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

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	unsigned long first, second;

	bpf_local_irq_save(&first);
	bpf_local_irq_save(&second);
	bpf_local_irq_restore(&first);
	bpf_local_irq_restore(&second);
	return 0;
}

char _license[] SEC("license") = "GPL";
