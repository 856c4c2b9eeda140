/*---
question: Is a copy of a pointer tested when the pointer is (trees)?
asks: [11]
origin: { kernel: mark_ptr_or_null_regs }
loadable: true
runs:
  - { program: first, cpu: 0 }
  - { program: remove, cpu: 0 }
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
	struct bpf_refcount ref;
	struct bpf_list_node list;
	struct bpf_rb_node rb;
	int key;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(item, list) __guarded_by(glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct item, rb)->key < container_of(b, struct item, rb)->key;
}

SEC("tc")
int first(struct __sk_buff *ctx)
{
	struct bpf_rb_node *r, *copy;
	int key = 0;

	LOCK_FOR(glock, groot);
	r = bpf_rbtree_first(&groot);
	copy = r;
	if (r)
		key = container_of(copy, struct item, rb)->key;
	UNLOCK_FOR(glock, groot);
	return key;
}

SEC("tc")
int remove(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_rb_node *r, *copy;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, groot);
	bpf_rbtree_add(&groot, &n->rb, less);
	r = bpf_rbtree_remove(&groot, &n->rb);
	UNLOCK_FOR(glock, groot);
	copy = r;
	if (!r)
		return 0;
	bpf_obj_drop(container_of(copy, struct item, rb));
	return 0;
}

char _license[] SEC("license") = "GPL";
