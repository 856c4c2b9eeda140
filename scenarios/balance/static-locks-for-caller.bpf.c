/*---
question: May a static subprogram take the lock that its caller releases?
asks: [14]
origin: { kernel: check_func_call }
loadable: true
runs:
  - { program: prog, cpu: 0 }
  - { program: prog, cpu: 1, name: other }
expect:
  safety: safe
  default: accept
  fresh-id: { verdict: reject, guard: unlock-same-lock }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

LOCK(A, glock);
private(A) int counter;

static __noinline void take(void)
{
	bpf_spin_lock(&glock);
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
