/*---
question: May a node that was taken out of a structure be put back?
asks: [11]
origin: { kernel: check_kfunc_args }
loadable: true
runs:
  - { program: list, cpu: 0 }
  - { program: tree, cpu: 0 }
expect:
  safety: safe
  default: accept
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct item {
	struct bpf_list_node list;
	int key;
};

struct leaf {
	struct bpf_rb_node rb;
	int key;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(item, list) __guarded_by(glock);
private(A) struct bpf_rb_root groot __contains(leaf, rb) __guarded_by(glock);

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct leaf, rb)->key < container_of(b, struct leaf, rb)->key;
}

SEC("tc")
int list(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, ghead);
	bpf_list_push_back(&ghead, &n->list);
	l = bpf_list_pop_back(&ghead);
	UNLOCK_FOR(glock, ghead);
	if (!l)
		return 0;
	LOCK_FOR(glock, ghead);
	bpf_list_push_front(&ghead, l);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("tc")
int tree(struct __sk_buff *ctx)
{
	struct bpf_rb_node *first, *r;
	struct leaf *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, groot);
	bpf_rbtree_add(&groot, &n->rb, less);
	first = bpf_rbtree_first(&groot);
	if (!first) {
		UNLOCK_FOR(glock, groot);
		return 0;
	}
	r = bpf_rbtree_remove(&groot, first);
	UNLOCK_FOR(glock, groot);
	if (!r)
		return 0;
	LOCK_FOR(glock, groot);
	bpf_rbtree_add(&groot, r, less);
	UNLOCK_FOR(glock, groot);
	return 0;
}

char _license[] SEC("license") = "GPL";
