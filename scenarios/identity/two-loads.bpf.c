/*---
question: May a CPU that loaded the address of a global twice unlock through the second load?
asks: [1]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Kumar Kartikeya Dwivedi }
hypothesis: "1"
loadable: true
runs:
  - { program: add, cpu: 0 }
  - { program: sub, cpu: 1 }
expect:
  safety: safe
  default: accept
  fresh-id: { verdict: reject, guard: unlock-same-lock }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * Every mention of &glock is one load of its address.
 */
LOCK(A, glock);
private(A) int counter;

SEC("tc")
int add(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	counter++;
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("tc")
int sub(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	counter--;
	bpf_spin_unlock(&glock);
	return 0;
}

char _license[] SEC("license") = "GPL";
