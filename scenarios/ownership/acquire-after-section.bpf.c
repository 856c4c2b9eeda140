/*---
question: May a program take a reference to a node after the unlock?
asks: [11]
origin: { kernel: invalidate_non_owning_refs }
loadable: true
runs:
  - { program: add, cpu: 0 }
  - { program: prog, cpu: 1 }
expect:
  safety: dangling-ref
  default: { verdict: reject, guard: acquire-object }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

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
	struct item *n, *m;

	LOCK_FOR(glock, groot);
	rb = bpf_rbtree_first(&groot);
	if (!rb) {
		UNLOCK_FOR(glock, groot);
		return 0;
	}
	n = container_of(rb, struct item, rb);
	UNLOCK_FOR(glock, groot);
	m = bpf_refcount_acquire(n);
	if (m)
		bpf_obj_drop(m);
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
