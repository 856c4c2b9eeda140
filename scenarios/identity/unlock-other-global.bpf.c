/*---
question: May a CPU take one global lock and release another?
asks: [1]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Kumar Kartikeya Dwivedi }
loadable: true
runs:
  - { program: mix, cpu: 0 }
expect:
  safety: unlock-not-held
  default: { verdict: reject, guard: unlock-same-lock }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

LOCK(A, lock_a);
private(A) int a;
LOCK(B, lock_b);
private(B) int b;

SEC("tc")
int mix(struct __sk_buff *ctx)
{
	bpf_spin_lock(&lock_a);
	a++;
	b++;
	bpf_spin_unlock(&lock_b);
	return 0;
}

char _license[] SEC("license") = "GPL";
