/*---
question: May a node be removed from a tree that it is not in, under the lock of both?
asks: [11]
origin: { kernel: __bpf_rbtree_remove }
loadable: true
runs:
  - { program: add, cpu: 0 }
  - { program: prog, cpu: 1 }
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
 * The kernel compares the owner word of the node, and returns NULL.
 */
struct item {
	struct bpf_rb_node rb;
	struct bpf_refcount ref;
	int key;
};

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct item, rb)->key < container_of(b, struct item, rb)->key;
}

LOCK(A, glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);
private(A) struct bpf_rb_root other_root __contains(item, rb) __guarded_by(glock);

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	LOCK_FOR(glock, groot);
	rb = bpf_rbtree_first(&groot);
	if (!rb) {
		UNLOCK_FOR(glock, groot);
		return 0;
	}
	rb = bpf_rbtree_remove(&other_root, rb);
	UNLOCK_FOR(glock, groot);
	if (rb)
		bpf_obj_drop(container_of(rb, struct item, rb));
	return 0;
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

char _license[] SEC("license") = "GPL";
