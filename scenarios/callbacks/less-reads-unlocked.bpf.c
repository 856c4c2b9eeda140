/*---
question: May less() read its nodes while the lock of the tree is released?
asks: [10]
origin: { kernel: set_rbtree_add_callback_state }
loadable: true
runs:
  - { program: twice, cpu: 0 }
expect:
  safety: dangling-ref
  default: { verdict: reject, guard: not-in-less-callback }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct item {
	long before;
	struct bpf_rb_node rb;
	long key;
};

LOCK(A, glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	bool before;

	UNLOCK_FOR(glock, groot);
	before = container_of(a, struct item, rb)->key < container_of(b, struct item, rb)->key;
	LOCK_FOR(glock, groot);
	return before;
}

SEC("tc")
int twice(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, groot);
	bpf_rbtree_add(&groot, &n->rb, less);
	UNLOCK_FOR(glock, groot);
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, groot);
	bpf_rbtree_add(&groot, &n->rb, less);
	UNLOCK_FOR(glock, groot);
	return 0;
}

char _license[] SEC("license") = "GPL";
