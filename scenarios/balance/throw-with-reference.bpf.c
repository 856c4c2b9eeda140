/*---
question: May an exception be thrown while an object is owned?
asks: [14]
origin: { kernel: check_kfunc_call }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: object-leak
  default: { verdict: reject, guard: throw-references-released }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct node_data {
	struct bpf_list_node list;
	int data;
};

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct node_data *n;
	u32 coin;

	coin = bpf_get_prandom_u32();
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	if (coin == 0)
		bpf_throw(0);
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
