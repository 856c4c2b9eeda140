/*---
question: One CPU takes two locks inside each other, another one after the other, and a list lies first in the section. May they wait in a circle?
asks: [13]
origin: { kernel: process_spin_lock }
loadable: true
runs:
  - { program: inside, cpu: 0 }
  - { program: after, cpu: 1 }
  - { program: inside, cpu: 0, name: again }
expect:
  safety: safe
  default: { verdict: reject, guard: no-call-under-lock }
  fresh-id: { verdict: reject, guard: one-lock-per-value }
  ptr-id: { verdict: reject, guard: one-lock-per-value }
  ptr-id-offset/reject-several: { verdict: reject, guard: one-lock-per-value }
  named-sections: { verdict: reject, guard: one-lock-per-value }
  lock-type: { verdict: reject, guard: one-lock-per-value }
  linux-6.12: { verdict: reject, guard: one-lock-per-value }
  linux-6.18: { verdict: reject, guard: one-lock-per-value }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct item {
	struct bpf_list_node list;
	int key;
};

private(A) struct bpf_list_head head_a __contains(item, list) __guarded_by(lock_a);
private(A) struct bpf_list_head head_b __contains(item, list) __guarded_by(lock_b);
LOCK(A, lock_a);
LOCK(A, lock_b);

SEC("tc")
int inside(struct __sk_buff *ctx)
{
	LOCK_FOR(lock_a, head_a);
	LOCK_FOR(lock_b, head_b);
	UNLOCK_FOR(lock_b, head_b);
	UNLOCK_FOR(lock_a, head_a);
	return 0;
}

SEC("tc")
int after(struct __sk_buff *ctx)
{
	LOCK_FOR(lock_a, head_a);
	UNLOCK_FOR(lock_a, head_a);
	LOCK_FOR(lock_b, head_b);
	UNLOCK_FOR(lock_b, head_b);
	return 0;
}

char _license[] SEC("license") = "GPL";
