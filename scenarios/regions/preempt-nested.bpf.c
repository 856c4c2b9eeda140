/*---
question: May preemption be disabled twice and enabled twice?
asks: [14]
origin: { kernel: check_kfunc_call }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: safe
  default: accept
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	bpf_preempt_disable();
	bpf_preempt_enable();
	bpf_preempt_enable();
	return 0;
}

char _license[] SEC("license") = "GPL";
