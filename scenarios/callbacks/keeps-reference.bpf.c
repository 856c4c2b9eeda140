/*---
question: May a callback return without releasing the object it made?
asks: [10, 11]
origin: { kernel: prepare_func_exit }
loadable: true
runs:
  - { program: walk, cpu: 0 }
expect:
  safety: object-leak
  default: { verdict: reject, guard: callback-references-released }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * No lock is taken, so all designs that know objects agree.
 */
struct node_data {
	struct bpf_list_node list;
	int data;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);

static long each(u32 i, void *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	n->data = 1;
	return 0;
}

SEC("tc")
int walk(struct __sk_buff *ctx)
{
	bpf_loop(1, each, NULL, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
