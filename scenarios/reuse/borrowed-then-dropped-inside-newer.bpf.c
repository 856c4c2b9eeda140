/*---
question: A variable held an object, then a node of a structure. Is the node good when the object is dropped under the lock?
asks: [11]
origin: { kernel: release_reference }
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
  ptr-id/list-del: { verdict: reject, guard: no-call-under-lock }
  lock-type: { verdict: reject, guard: no-call-under-lock }
  linux-6.18: { verdict: reject, guard: no-call-under-lock }
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
int fill(struct __sk_buff *ctx)
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

SEC("tc")
int front(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_list_node *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, ghead);
	r = (struct bpf_list_node *)n;
	r = bpf_list_front(&ghead);
	bpf_obj_drop(n);
	if (r)
		container_of(r, struct item, list)->key = 1;
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("tc")
int back(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_list_node *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, ghead);
	r = (struct bpf_list_node *)n;
	r = bpf_list_back(&ghead);
	bpf_obj_drop(n);
	if (r)
		container_of(r, struct item, list)->key = 1;
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("tc")
int root(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_rb_node *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, groot);
	r = (struct bpf_rb_node *)n;
	r = bpf_rbtree_root(&groot);
	bpf_obj_drop(n);
	if (r)
		container_of(r, struct item, rb)->key = 1;
	UNLOCK_FOR(glock, groot);
	return 0;
}

SEC("tc")
int left(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_rb_node *other;
	struct bpf_rb_node *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, groot);
	other = bpf_rbtree_first(&groot);
	if (!other) {
		UNLOCK_FOR(glock, groot);
		bpf_obj_drop(n);
		return 0;
	}
	r = (struct bpf_rb_node *)n;
	r = bpf_rbtree_left(&groot, other);
	bpf_obj_drop(n);
	if (r)
		container_of(r, struct item, rb)->key = 1;
	UNLOCK_FOR(glock, groot);
	return 0;
}

SEC("tc")
int right(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_rb_node *other;
	struct bpf_rb_node *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, groot);
	other = bpf_rbtree_first(&groot);
	if (!other) {
		UNLOCK_FOR(glock, groot);
		bpf_obj_drop(n);
		return 0;
	}
	r = (struct bpf_rb_node *)n;
	r = bpf_rbtree_right(&groot, other);
	bpf_obj_drop(n);
	if (r)
		container_of(r, struct item, rb)->key = 1;
	UNLOCK_FOR(glock, groot);
	return 0;
}

char _license[] SEC("license") = "GPL";
