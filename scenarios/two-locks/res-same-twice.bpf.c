/*---
question: May a bpf_res_spin_lock be taken twice?
asks: [13]
origin: { kernel: process_spin_lock }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: safe
  default: not-applicable
  linux-6.18: { verdict: reject, guard: res-no-aa-deadlock }
  ptr-id/list-del: { verdict: reject, guard: res-no-aa-deadlock }
  lock-type: { verdict: reject, guard: res-no-aa-deadlock }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * When run, the second call fails, and its branch is fine.
 */
private(A) struct bpf_res_spin_lock lock_a;
private(A) int counter;
private(B) struct bpf_res_spin_lock lock_b;

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	if (bpf_res_spin_lock(&lock_a))
		return 0;
	if (bpf_res_spin_lock(&lock_a)) {
		bpf_res_spin_unlock(&lock_a);
		return 0;
	}
	bpf_res_spin_unlock(&lock_a);
	bpf_res_spin_unlock(&lock_a);
	return 0;
}

char _license[] SEC("license") = "GPL";
