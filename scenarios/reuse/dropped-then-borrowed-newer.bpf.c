/*---
question: A variable held an object that was dropped, then a node seen in a structure. Is that node good under the lock?
asks: [11]
origin: { kernel: mark_reg_known_zero }
loadable: true
runs:
  - { program: fill, cpu: 0 }
  - { program: front, cpu: 0 }
  - { program: back, cpu: 0 }
  - { program: root, cpu: 0 }
  - { program: left, cpu: 0 }
  - { program: right, cpu: 0 }
expect:
  safety: safe
  default: not-applicable
  fresh-id: { verdict: reject, guard: sleepable-lock }
  ptr-id/list-del: accept
  lock-type: accept
  linux-6.18: accept
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

SEC("syscall")
int fill(void *ctx)
{
	struct item *n, *m;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	m = bpf_refcount_acquire(n);
	LOCK_FOR(glock, ghead);
	bpf_list_push_back(&ghead, &n->list);
	UNLOCK_FOR(glock, ghead);
	if (!m)
		return 0;
	LOCK_FOR(glock, groot);
	bpf_rbtree_add(&groot, &m->rb, less);
	UNLOCK_FOR(glock, groot);
	return 0;
}

SEC("syscall")
int front(void *ctx)
{
	struct item *n, *taken;
	struct bpf_list_node *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	r = (struct bpf_list_node *)n;
	bpf_obj_drop(n);
	LOCK_FOR(glock, ghead);
	r = bpf_list_front(&ghead);
	if (!r) {
		UNLOCK_FOR(glock, ghead);
		return 0;
	}
	taken = bpf_refcount_acquire(container_of(r, struct item, list));
	UNLOCK_FOR(glock, ghead);
	if (taken)
		bpf_obj_drop(taken);
	return 0;
}

SEC("syscall")
int back(void *ctx)
{
	struct item *n, *taken;
	struct bpf_list_node *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	r = (struct bpf_list_node *)n;
	bpf_obj_drop(n);
	LOCK_FOR(glock, ghead);
	r = bpf_list_back(&ghead);
	if (!r) {
		UNLOCK_FOR(glock, ghead);
		return 0;
	}
	taken = bpf_refcount_acquire(container_of(r, struct item, list));
	UNLOCK_FOR(glock, ghead);
	if (taken)
		bpf_obj_drop(taken);
	return 0;
}

SEC("syscall")
int root(void *ctx)
{
	struct item *n, *taken;
	struct bpf_rb_node *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	r = (struct bpf_rb_node *)n;
	bpf_obj_drop(n);
	LOCK_FOR(glock, groot);
	r = bpf_rbtree_root(&groot);
	if (!r) {
		UNLOCK_FOR(glock, groot);
		return 0;
	}
	taken = bpf_refcount_acquire(container_of(r, struct item, rb));
	UNLOCK_FOR(glock, groot);
	if (taken)
		bpf_obj_drop(taken);
	return 0;
}

SEC("syscall")
int left(void *ctx)
{
	struct item *n, *taken;
	struct bpf_rb_node *first;
	struct bpf_rb_node *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	r = (struct bpf_rb_node *)n;
	bpf_obj_drop(n);
	LOCK_FOR(glock, groot);
	first = bpf_rbtree_first(&groot);
	if (!first) {
		UNLOCK_FOR(glock, groot);
		return 0;
	}
	r = bpf_rbtree_left(&groot, first);
	if (!r) {
		UNLOCK_FOR(glock, groot);
		return 0;
	}
	taken = bpf_refcount_acquire(container_of(r, struct item, rb));
	UNLOCK_FOR(glock, groot);
	if (taken)
		bpf_obj_drop(taken);
	return 0;
}

SEC("syscall")
int right(void *ctx)
{
	struct item *n, *taken;
	struct bpf_rb_node *first;
	struct bpf_rb_node *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	r = (struct bpf_rb_node *)n;
	bpf_obj_drop(n);
	LOCK_FOR(glock, groot);
	first = bpf_rbtree_first(&groot);
	if (!first) {
		UNLOCK_FOR(glock, groot);
		return 0;
	}
	r = bpf_rbtree_right(&groot, first);
	if (!r) {
		UNLOCK_FOR(glock, groot);
		return 0;
	}
	taken = bpf_refcount_acquire(container_of(r, struct item, rb));
	UNLOCK_FOR(glock, groot);
	if (taken)
		bpf_obj_drop(taken);
	return 0;
}

char _license[] SEC("license") = "GPL";
