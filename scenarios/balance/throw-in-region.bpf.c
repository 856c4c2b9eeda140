/*---
question: May a program be ended by an exception inside a region?
asks: [14]
origin: { kernel: check_resource_leak }
loadable: true
runs:
  - { program: in_rcu, cpu: 0 }
  - { program: preempt_off, cpu: 0 }
expect:
  safety: context-leak
  default: { verdict: reject, guard: throw-rcu-released }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

SEC("tc")
int in_rcu(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	bpf_throw(0);
	return 0;
}

SEC("tc")
int preempt_off(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	bpf_throw(0);
	return 0;
}

char _license[] SEC("license") = "GPL";
