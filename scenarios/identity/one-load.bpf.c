/*---
question: May a CPU that keeps the address of a global in a variable unlock through the same variable?
asks: [1]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Kumar Kartikeya Dwivedi }
loadable: true
runs:
  - { program: add, cpu: 0 }
  - { program: add, cpu: 1, name: again }
expect:
  safety: safe
  default: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

LOCK(A, glock);
private(A) int counter;

SEC("tc")
int add(struct __sk_buff *ctx)
{
	struct bpf_spin_lock *lock = &glock;

	bpf_spin_lock(lock);
	counter++;
	bpf_spin_unlock(lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
