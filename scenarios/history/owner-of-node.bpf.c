/*---
question: A node is in the tree of another lock. Can it be removed under this one?
asks: [12]
origin: { kernel: bpf_rbtree_remove }
loadable: true
runs:
  - { program: prog, cpu: 0 }
  - { program: look, cpu: 1 }
expect:
  safety: safe
  default: accept
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * c3c510ce431c: the second insertion fails, since the node is in tree B, and leaves a non-owning pointer under the lock of A.
 */
struct item {
	struct bpf_refcount ref;
	struct bpf_rb_node rb;
	int key;
};

LOCK(A, alock);
private(A) struct bpf_rb_root aroot __contains(item, rb) __guarded_by(alock);
LOCK(B, block);
private(B) struct bpf_rb_root broot __contains(item, rb) __guarded_by(block);

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return true;
}

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct item *n, *again;
	struct bpf_rb_node *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	again = bpf_refcount_acquire(n);
	if (!again) {
		bpf_obj_drop(n);
		return 0;
	}
	LOCK_FOR(block, broot);
	bpf_rbtree_add(&broot, &n->rb, less);
	UNLOCK_FOR(block, broot);
	LOCK_FOR(alock, aroot);
	bpf_rbtree_add(&aroot, &again->rb, less);
	r = bpf_rbtree_remove(&aroot, &again->rb);
	UNLOCK_FOR(alock, aroot);
	if (!r)
		return 0;
	bpf_obj_drop(container_of(r, struct item, rb));
	return 0;
}

SEC("tc")
int look(struct __sk_buff *ctx)
{
	LOCK_FOR(block, broot);
	bpf_rbtree_first(&broot);
	UNLOCK_FOR(block, broot);
	return 0;
}

char _license[] SEC("license") = "GPL";
