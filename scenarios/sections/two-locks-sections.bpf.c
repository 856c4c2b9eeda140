/*---
question: Two sections of locks, and a lock at the same offset in each. May the one be released through the other?
asks: [12, 20]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Andrii Nakryiko }
loadable: "libbpf refuses sections that it does not know"
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: unlock-not-held
  default: { verdict: reject, guard: unlock-same-lock }
  locks-offset: accept
  locks-offset/with-section: { verdict: reject, guard: unlock-same-lock }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * "also allow .locks.*": then the offset in the section is not the name of one lock.
 */
struct bpf_spin_lock lock_a SEC(".locks.a");
struct bpf_spin_lock lock_b SEC(".locks.b");

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	bpf_spin_lock(&lock_a);
	bpf_spin_unlock(&lock_b);
	return 0;
}

char _license[] SEC("license") = "GPL";
