/*---
question: May preemption be enabled that was not disabled?
asks: [14]
origin: { kernel: check_kfunc_call }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: context-leak
  default: { verdict: reject, guard: preempt-matched }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	bpf_preempt_enable();
	return 0;
}

char _license[] SEC("license") = "GPL";
