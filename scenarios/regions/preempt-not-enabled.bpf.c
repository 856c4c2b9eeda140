/*---
question: May a program exit with preemption disabled?
asks: [14]
origin: { kernel: check_resource_leak }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: context-leak
  default: { verdict: reject, guard: exit-preempt-released }
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
	return 0;
}

char _license[] SEC("license") = "GPL";
