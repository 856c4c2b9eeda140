/*---
question: May the result of bpf_res_spin_lock be ignored?
asks: [13]
origin: { kernel: process_spin_lock }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: unlock-not-held
  default: not-applicable
  linux-6.18: { verdict: reject, guard: unlock-some-lock-held }
  ptr-id/list-del: { verdict: reject, guard: unlock-some-lock-held }
  lock-type: { verdict: reject, guard: unlock-some-lock-held }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

private(A) struct bpf_res_spin_lock lock_a;
private(A) int counter;
private(B) struct bpf_res_spin_lock lock_b;

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	bpf_res_spin_lock(&lock_a);
	counter++;
	bpf_res_spin_unlock(&lock_a);
	return 0;
}

char _license[] SEC("license") = "GPL";
