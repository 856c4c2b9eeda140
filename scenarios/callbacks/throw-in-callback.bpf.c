/*---
question: May a callback throw?
asks: [14]
origin: { kernel: check_max_stack_depth_subprog }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: throw-outside-callback }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

static long throws(u32 i, void *ctx)
{
	if (bpf_get_prandom_u32() == 0)
		bpf_throw(0);
	return 0;
}

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	bpf_loop(1, throws, NULL, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
