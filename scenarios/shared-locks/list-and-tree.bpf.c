/*---
question: May a list and a tree of one section share a lock, and a node move from the list to the tree?
asks: [4, 13]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
hypothesis: "4"
loadable: true
runs:
  - { program: push, cpu: 0 }
  - { program: sort, cpu: 1 }
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

struct item {
	struct bpf_list_node list;
	struct bpf_rb_node rb;
	struct bpf_refcount ref;
	int key;
};

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	struct item *x = container_of(a, struct item, rb);
	struct item *y = container_of(b, struct item, rb);

	return x->key < y->key;
}

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(item, list) __guarded_by(glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);

SEC("tc")
int push(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, ghead);
	bpf_list_push_back(&ghead, &n->list);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("tc")
int sort(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;
	struct item *n;

	LOCK_FOR(glock, ghead);
	l = bpf_list_pop_front(&ghead);
	if (l) {
		n = container_of(l, struct item, list);
		bpf_rbtree_add(&groot, &n->rb, less);
	}
	UNLOCK_FOR(glock, ghead);
	return 0;
}

char _license[] SEC("license") = "GPL";
