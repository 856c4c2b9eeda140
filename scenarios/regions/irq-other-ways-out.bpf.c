/*---
question: May a program throw, or go to another program, with interrupts disabled?
asks: [14]
origin: { kernel: check_resource_leak }
loadable: true
runs:
  - { program: throws, cpu: 0 }
  - { program: goes, cpu: 0 }
expect:
  safety: context-leak
  default: not-applicable
  linux-6.18: { verdict: reject, guard: throw-irq-restored }
  ptr-id/list-del: { verdict: reject, guard: throw-irq-restored }
  lock-type: { verdict: reject, guard: throw-irq-restored }
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
int throws(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	bpf_throw(0);
	return 0;
}

SEC("tc")
int goes(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	bpf_tail_call(ctx, &progs, 0);
	bpf_local_irq_restore(&flags);
	return 0;
}

char _license[] SEC("license") = "GPL";
