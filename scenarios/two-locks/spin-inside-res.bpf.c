/*---
question: May a bpf_spin_lock be taken under a bpf_res_spin_lock?
asks: [13]
origin: { kernel: process_spin_lock }
loadable: true
runs:
  - { program: prog, cpu: 0 }
  - { program: prog, cpu: 1, name: other }
expect:
  safety: safe
  default: not-applicable
  linux-6.18: { verdict: reject, guard: no-call-under-lock }
  ptr-id/list-del: { verdict: reject, guard: no-call-under-lock }
  lock-type: { verdict: reject, guard: no-call-under-lock }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

private(A) struct bpf_spin_lock spin;
private(A) int counter;
private(B) struct bpf_res_spin_lock res;

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	if (bpf_res_spin_lock(&res))
		return 0;
	bpf_spin_lock(&spin);
	counter++;
	bpf_spin_unlock(&spin);
	bpf_res_spin_unlock(&res);
	return 0;
}

char _license[] SEC("license") = "GPL";
