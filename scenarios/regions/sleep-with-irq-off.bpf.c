/*---
question: May a program sleep while interrupts are off?
asks: [14]
origin: { kernel: check_helper_call }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: context-leak
  default: not-applicable
  ptr-id/list-del: { verdict: reject, guard: no-sleep-in-region }
  lock-type: { verdict: reject, guard: no-sleep-in-region }
  linux-6.18: { verdict: reject, guard: no-sleep-in-region }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

SEC("syscall")
int prog(void *ctx)
{
	unsigned long flags;
	int data;

	bpf_local_irq_save(&flags);
	bpf_copy_from_user(&data, sizeof(data), NULL);
	bpf_local_irq_restore(&flags);
	return 0;
}

char _license[] SEC("license") = "GPL";
