/*---
question: Two locks share a section. May a CPU take lock 1 and release lock 2?
asks: [2]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
hypothesis: "2"
loadable: true
runs:
  - { program: mix, cpu: 0 }
expect:
  safety: unlock-not-held
  default: { verdict: reject, guard: one-lock-per-value }
  ptr-id-many-locks: accept
  ptr-id-offset: { verdict: reject, guard: unlock-same-lock }
  ptr-id-offset/reject-several: { verdict: reject, guard: one-lock-per-value }
  guarded-by: { verdict: reject, guard: unlock-same-lock }
  lock-address: { verdict: reject, guard: unlock-same-lock }
  locks-offset: { verdict: reject, guard: unlock-same-lock }
  locks-element: { verdict: reject, guard: unlock-same-lock }
  rbtree-owns-lock: { verdict: reject, guard: unlock-same-lock }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * "Seems like this patch would assign both same (active_spin_lock_ptr, active_spin_lock_id)."
 *
 * The table of hypotheses calls ptr-id-offset unsound for two locks in one section. Here it is not: the offset tells the
 * locks apart. What it leaves open is which head they guard (one-section-crossed).
 */
LOCK(A, lock1);
LOCK(A, lock2);

SEC("tc")
int mix(struct __sk_buff *ctx)
{
	bpf_spin_lock(&lock1);
	bpf_spin_unlock(&lock2);
	return 0;
}

char _license[] SEC("license") = "GPL";
