/*---
question: A variable held an object that was dropped, then one that bpf_list_del() took out. Is the new one good?
asks: [11]
origin: { kernel: mark_reg_known_zero }
loadable: true
runs:
  - { program: fill, cpu: 0 }
  - { program: del, cpu: 0 }
expect:
  safety: safe
  default: not-applicable
  ptr-id/list-del: accept
  lock-type: accept
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
int del(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_list_node *first, *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	r = (struct bpf_list_node *)n;
	bpf_obj_drop(n);
	LOCK_FOR(glock, ghead);
	first = bpf_list_front(&ghead);
	if (!first) {
		UNLOCK_FOR(glock, ghead);
		return 0;
	}
	r = bpf_list_del(&ghead, first);
	UNLOCK_FOR(glock, ghead);
	if (r)
		bpf_obj_drop(container_of(r, struct item, list));
	return 0;
}

char _license[] SEC("license") = "GPL";
