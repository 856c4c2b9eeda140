/*---
question: A variable held an object that was dropped, then one taken from a structure. Is the new one good?
asks: [11]
origin: { kernel: mark_reg_known_zero }
loadable: true
runs:
  - { program: fill, cpu: 0 }
  - { program: pop_front, cpu: 0 }
  - { program: pop_back, cpu: 0 }
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
int pop_front(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_list_node *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	r = (struct bpf_list_node *)n;
	bpf_obj_drop(n);
	LOCK_FOR(glock, ghead);
	r = bpf_list_pop_front(&ghead);
	UNLOCK_FOR(glock, ghead);
	if (r)
		bpf_obj_drop(container_of(r, struct item, list));
	return 0;
}

SEC("tc")
int pop_back(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_list_node *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	r = (struct bpf_list_node *)n;
	bpf_obj_drop(n);
	LOCK_FOR(glock, ghead);
	r = bpf_list_pop_back(&ghead);
	UNLOCK_FOR(glock, ghead);
	if (r)
		bpf_obj_drop(container_of(r, struct item, list));
	return 0;
}

SEC("tc")
int remove(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_rb_node *first, *r;

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
	r = bpf_rbtree_remove(&groot, first);
	UNLOCK_FOR(glock, groot);
	if (r)
		bpf_obj_drop(container_of(r, struct item, rb));
	return 0;
}

char _license[] SEC("license") = "GPL";
