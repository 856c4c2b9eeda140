/*---
question: May a resilient lock be released that is not held?
asks: [13]
origin: { kernel: process_spin_lock }
loadable: true
runs:
  - { program: unlock, cpu: 0 }
  - { program: unlock_irqrestore, cpu: 0 }
expect:
  safety: unlock-not-held
  default: not-applicable
  ptr-id/list-del: { verdict: reject, guard: unlock-some-lock-held }
  lock-type: { verdict: reject, guard: unlock-some-lock-held }
  linux-6.18: { verdict: reject, guard: unlock-some-lock-held }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

private(A) struct bpf_res_spin_lock lock_a;
private(A) int counter;
private(B) struct bpf_res_spin_lock lock_b;

SEC("tc")
int unlock(struct __sk_buff *ctx)
{
	bpf_res_spin_unlock(&lock_a);
	return 0;
}

SEC("tc")
int unlock_irqrestore(struct __sk_buff *ctx)
{
	unsigned long flags = 0;

	bpf_res_spin_unlock_irqrestore(&lock_a, &flags);
	return 0;
}

char _license[] SEC("license") = "GPL";
