/*---
question: May two lists of one section share a lock, and a node move between them?
asks: [4, 13]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
hypothesis: "4"
loadable: true
runs:
  - { program: push, cpu: 0 }
  - { program: forth, cpu: 0 }
  - { program: back, cpu: 1 }
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

/*
 * rbtree-owns-lock holds the lock of head_a and can't use it for head_b: "not providing a way for multiple
 * datastructures to share same lock".
 */
struct node_data {
	struct bpf_list_node list;
	int data;
};

LOCK(A, glock);
private(A) struct bpf_list_head head_a __contains(node_data, list) __guarded_by(glock);
private(A) struct bpf_list_head head_b __contains(node_data, list) __guarded_by(glock);

SEC("tc")
int push(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, head_a);
	bpf_list_push_back(&head_a, &n->list);
	UNLOCK_FOR(glock, head_a);
	return 0;
}

SEC("tc")
int forth(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	LOCK_FOR(glock, head_a);
	l = bpf_list_pop_front(&head_a);
	if (l)
		bpf_list_push_back(&head_b, l);
	UNLOCK_FOR(glock, head_a);
	return 0;
}

SEC("tc")
int back(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	LOCK_FOR(glock, head_a);
	l = bpf_list_pop_front(&head_b);
	if (l)
		bpf_list_push_back(&head_a, l);
	UNLOCK_FOR(glock, head_a);
	return 0;
}

char _license[] SEC("license") = "GPL";
