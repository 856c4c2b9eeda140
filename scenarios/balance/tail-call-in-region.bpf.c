/*---
question: May a program go to another program inside a region?
asks: [14]
origin: { kernel: check_resource_leak }
loadable: true
runs:
  - { program: in_rcu, cpu: 0 }
  - { program: preempt_off, cpu: 0 }
expect:
  safety: context-leak
  default: { verdict: reject, guard: tail-call-rcu-released }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, int);
} progs SEC(".maps");

SEC("tc")
int in_rcu(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	bpf_tail_call(ctx, &progs, 0);
	bpf_rcu_read_unlock();
	return 0;
}

SEC("tc")
int preempt_off(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	bpf_tail_call(ctx, &progs, 0);
	bpf_preempt_enable();
	return 0;
}

char _license[] SEC("license") = "GPL";
