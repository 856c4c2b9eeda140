/*---
question: An object in a tree holds a list and a lock. May two CPUs with references to it use both?
asks: [12]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
loadable: true
runs:
  - { program: right, cpu: 0 }
  - { program: right, cpu: 1, name: other }
  - { program: add, cpu: 0 }
expect:
  safety: safe
  default: accept
  fresh-id: not-applicable
  lock-address: { verdict: reject, guard: lock-address-known }
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct inner {
	struct bpf_list_node list;
	int data;
};

struct obj {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(inner, list) __guarded_by(lock);
	struct bpf_rb_node rb;
	struct bpf_refcount ref;
	int key;
};

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct obj, rb)->key < container_of(b, struct obj, rb)->key;
}

LOCK(A, glock);
private(A) struct bpf_rb_root groot __contains(obj, rb) __guarded_by(glock);

SEC("tc")
int right(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;
	struct inner *i;
	struct obj *o;

	i = bpf_obj_new(typeof(*i));
	if (!i)
		return 0;
	LOCK_FOR(glock, groot);
	rb = bpf_rbtree_first(&groot);
	if (!rb) {
		UNLOCK_FOR(glock, groot);
		bpf_obj_drop(i);
		return 0;
	}
	o = bpf_refcount_acquire(container_of(rb, struct obj, rb));
	if (!o) {
		UNLOCK_FOR(glock, groot);
		bpf_obj_drop(i);
		return 0;
	}
	UNLOCK_FOR(glock, groot);
	LOCK_FOR(o->lock, o->head);
	bpf_list_push_back(&o->head, &i->list);
	UNLOCK_FOR(o->lock, o->head);
	bpf_obj_drop(o);
	return 0;
}

SEC("tc")
int add(struct __sk_buff *ctx)
{
	struct obj *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, groot);
	bpf_rbtree_add(&groot, &n->rb, less);
	UNLOCK_FOR(glock, groot);
	return 0;
}

char _license[] SEC("license") = "GPL";
