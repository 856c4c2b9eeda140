/*---
question: May a program sleep while preemption is disabled?
asks: [14]
origin: { kernel: check_helper_call }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: context-leak
  default: { verdict: reject, guard: no-sleep-in-region }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

SEC("syscall")
int prog(void *ctx)
{
	int data;

	bpf_preempt_disable();
	bpf_copy_from_user(&data, sizeof(data), NULL);
	bpf_preempt_enable();
	return 0;
}

char _license[] SEC("license") = "GPL";
