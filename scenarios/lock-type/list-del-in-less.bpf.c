/*---
question: May less() take a node off a list that the lock of the tree guards?
asks: [10, 23]
origin: { kernel: bpf_list_del }
loadable: "no kernel of the model has bpf_list_del"
runs:
  - { program: add, cpu: 0 }
  - { program: add, cpu: 1, name: before }
  - { program: put, cpu: 0 }
expect:
  safety: object-leak
  default: not-applicable
  ptr-id/list-del: { verdict: reject, guard: remove-not-in-less }
  lock-type: { verdict: reject, guard: remove-not-in-less }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct node_data {
	struct bpf_list_node list;
	int data;
};

struct item {
	struct bpf_rb_node rb;
	int key;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	struct bpf_list_node *l;

	l = bpf_list_front(&ghead);
	if (l)
		bpf_list_del(&ghead, l);
	return false;
}

SEC("tc")
int add(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, groot);
	bpf_rbtree_add(&groot, &n->rb, less);
	UNLOCK_FOR(glock, groot);
	return 0;
}

SEC("tc")
int put(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, ghead);
	bpf_list_push_back(&ghead, &n->list);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

char _license[] SEC("license") = "GPL";
