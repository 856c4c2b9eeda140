/*---
question: May a program own an object while a global subprogram throws?
asks: [14]
origin: { kernel: check_func_call }
loadable: "the step that throws has no kernel counterpart here (design.md 7)"
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: object-leak
  default: accept
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * A global subprogram is verified alone; nobody looks at what its caller holds when it throws.
 */
struct node_data {
	struct bpf_list_node list;
	int data;
};

__noinline int check(u32 coin)
{
	if (coin == 0)
		MODEL_ONLY(bpf_throw(0));
	return 0;
}

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct node_data *n;
	u32 coin;

	coin = bpf_get_prandom_u32();
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	check(coin);
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
