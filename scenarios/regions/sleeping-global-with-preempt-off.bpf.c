/*---
question: May a program call a global subprogram that sleeps with preemption off?
asks: [14]
origin: { kernel: check_func_call }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: context-leak
  default: { verdict: reject, guard: no-global-call-with-preempt-off }
  linux-6.18: { verdict: reject, guard: no-sleeping-global-in-region }
  lock-type: { verdict: reject, guard: no-sleeping-global-in-region }
  ptr-id/list-del: { verdict: reject, guard: no-sleeping-global-in-region }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/* A global subprogram is verified alone: nothing is known there of the section that its caller has open. */
__noinline int copies(void)
{
	int data = 0;

	bpf_copy_from_user(&data, sizeof(data), NULL);
	return data;
}

SEC("syscall")
int prog(void *ctx)
{
	bpf_preempt_disable();
	copies();
	bpf_preempt_enable();
	return 0;
}

char _license[] SEC("license") = "GPL";
