/*---
question: Must the result be tested when a node is counted once more after it was inserted?
asks: [11]
origin: { kernel: check_kfunc_args }
loadable: true
runs:
  - { program: push_front, cpu: 0 }
  - { program: push_back, cpu: 0 }
  - { program: add, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: access-pointer-usable }
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
int push_front(struct __sk_buff *ctx)
{
	struct item *n, *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, ghead);
	bpf_list_push_front(&ghead, &n->list);
	r = bpf_refcount_acquire(n);
	UNLOCK_FOR(glock, ghead);
	r->key = 1;
	bpf_obj_drop(r);
	return 0;
}

SEC("tc")
int push_back(struct __sk_buff *ctx)
{
	struct item *n, *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, ghead);
	bpf_list_push_back(&ghead, &n->list);
	r = bpf_refcount_acquire(n);
	UNLOCK_FOR(glock, ghead);
	r->key = 1;
	bpf_obj_drop(r);
	return 0;
}

SEC("tc")
int add(struct __sk_buff *ctx)
{
	struct item *n, *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, groot);
	bpf_rbtree_add(&groot, &n->rb, less);
	r = bpf_refcount_acquire(n);
	UNLOCK_FOR(glock, groot);
	r->key = 1;
	bpf_obj_drop(r);
	return 0;
}

char _license[] SEC("license") = "GPL";
