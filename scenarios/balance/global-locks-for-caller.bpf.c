/*---
question: May a global subprogram take the lock that its caller releases?
asks: [14]
origin: { kernel: do_check_common }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: unlock-some-lock-held }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * A global subprogram is verified alone, and so is its caller: what works when run is turned away on both sides.
 */
LOCK(A, glock);
private(A) int counter;

__noinline int take(void)
{
	bpf_spin_lock(&glock);
	return 0;
}

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	take();
	counter++;
	bpf_spin_unlock(&glock);
	return 0;
}

char _license[] SEC("license") = "GPL";
