/*---
question: A variable held an object, then a node of a tree. Is the node good when the object is dropped under the lock?
asks: [11]
origin: { kernel: release_reference }
loadable: true
runs:
  - { program: fill, cpu: 0 }
  - { program: first, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: no-call-under-lock }
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
int first(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_rb_node *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, groot);
	r = (struct bpf_rb_node *)n;
	r = bpf_rbtree_first(&groot);
	bpf_obj_drop(n);
	if (r)
		container_of(r, struct item, rb)->key = 1;
	UNLOCK_FOR(glock, groot);
	return 0;
}

char _license[] SEC("license") = "GPL";
