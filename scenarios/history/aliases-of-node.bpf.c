/*---
question: Does a copy of the pointer to a node outlive the critical section in which the node is given away?
asks: [11]
origin: { kernel: ref_convert_owning_non_owning }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: dangling-ref
  default: { verdict: reject, guard: access-pointer-usable }
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

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct node_data *n, *copy;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	copy = n;
	LOCK_FOR(glock, ghead);
	bpf_list_push_back(&ghead, &n->list);
	UNLOCK_FOR(glock, ghead);
	copy->data = 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
