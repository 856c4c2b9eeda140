/*---
question: May a program go to another program while it owns an object?
asks: [11]
origin: { kernel: check_reference_leak }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: object-leak
  default: { verdict: reject, guard: tail-call-references-released }
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

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, int);
} progs SEC(".maps");

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_tail_call(ctx, &progs, 0);
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
