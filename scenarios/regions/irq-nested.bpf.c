/*---
question: May interrupts be turned off where they are off already?
asks: [14]
origin: { kernel: restore_irq_state }
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

private(A) int counter;

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	unsigned long outer, inner;

	bpf_local_irq_save(&outer);
	bpf_local_irq_save(&inner);
	counter++;
	bpf_local_irq_restore(&inner);
	bpf_local_irq_restore(&outer);
	return 0;
}

char _license[] SEC("license") = "GPL";
