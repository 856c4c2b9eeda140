/*---
question: May a lock be released that nobody took?
asks: [14]
origin: { kernel: process_spin_lock }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: unlock-not-held
  default: { verdict: reject, guard: unlock-some-lock-held }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

LOCK(A, glock);
private(A) int counter;

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	bpf_spin_unlock(&glock);
	counter++;
	return 0;
}

char _license[] SEC("license") = "GPL";
