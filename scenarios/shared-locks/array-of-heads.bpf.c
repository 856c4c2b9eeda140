/*---
question: May the heads of an array share the lock beside it?
asks: [4]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
hypothesis: "4"
loadable: true
runs:
  - { program: push0, cpu: 0 }
  - { program: push1, cpu: 1 }
expect:
  safety: safe
  default: accept
  fresh-id: not-applicable
  rbtree-owns-lock: { verdict: reject, guard: head-lock-matches }
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
private(A) struct bpf_list_head heads[2] __contains(node_data, list) __guarded_by(glock);

SEC("tc")
int push0(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_spin_lock(&glock);
	bpf_list_push_back(&heads[0], &n->list);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("tc")
int push1(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_spin_lock(&glock);
	bpf_list_push_back(&heads[1], &n->list);
	bpf_spin_unlock(&glock);
	return 0;
}

char _license[] SEC("license") = "GPL";
