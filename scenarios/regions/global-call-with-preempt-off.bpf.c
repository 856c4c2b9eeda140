/*---
question: May a global function be called while preemption is disabled?
asks: [14]
origin: { kernel: check_func_call }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: no-global-call-with-preempt-off }
  fresh-id: not-applicable
  ptr-id/list-del: accept
  lock-type: accept
  linux-6.18: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

private(A) int counter;

__noinline int look(void)
{
	return counter;
}

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	look();
	bpf_preempt_enable();
	return 0;
}

char _license[] SEC("license") = "GPL";
