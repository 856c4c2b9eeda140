/*---
question: May a program load bytes of a packet, which ends it where there are none, while it owns an object?
asks: [11]
origin: { kernel: check_ld_abs }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: object-leak
  default: { verdict: reject, guard: load-packet-references-released }
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

private(A) int first;

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	first = load_byte(ctx, 0);
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
