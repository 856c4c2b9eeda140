/*---
question: May a callback release what it took itself?
asks: [10, 11]
origin: { kernel: release_reference }
loadable: true
runs:
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

static long pop_front_each(u32 i, void *ctx)
{
	struct bpf_list_node *r;

	LOCK_FOR(glock, ghead);
	r = bpf_list_pop_front(&ghead);
	UNLOCK_FOR(glock, ghead);
	if (r)
		bpf_obj_drop(container_of(r, struct item, list));
	return 0;
}

SEC("tc")
int pop_front(struct __sk_buff *ctx)
{
	bpf_loop(1, pop_front_each, NULL, 0);
	return 0;
}

static long pop_back_each(u32 i, void *ctx)
{
	struct bpf_list_node *r;

	LOCK_FOR(glock, ghead);
	r = bpf_list_pop_back(&ghead);
	UNLOCK_FOR(glock, ghead);
	if (r)
		bpf_obj_drop(container_of(r, struct item, list));
	return 0;
}

SEC("tc")
int pop_back(struct __sk_buff *ctx)
{
	bpf_loop(1, pop_back_each, NULL, 0);
	return 0;
}

static long remove_each(u32 i, void *ctx)
{
	struct item *n;
	struct bpf_rb_node *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, groot);
	bpf_rbtree_add(&groot, &n->rb, less);
	r = bpf_rbtree_remove(&groot, &n->rb);
	UNLOCK_FOR(glock, groot);
	if (r)
		bpf_obj_drop(container_of(r, struct item, rb));
	return 0;
}

SEC("tc")
int remove(struct __sk_buff *ctx)
{
	bpf_loop(1, remove_each, NULL, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
