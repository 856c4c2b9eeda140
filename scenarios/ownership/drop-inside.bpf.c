/*---
question: May a program drop a pointer to the middle of an object?
asks: [11]
origin: { kernel: check_func_arg_reg_off }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: bad-free
  default: { verdict: reject, guard: drop-zero-offset }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct node_data {
	int data;
	struct bpf_list_node list;
};

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_obj_drop(&n->list);
	return 0;
}

char _license[] SEC("license") = "GPL";
