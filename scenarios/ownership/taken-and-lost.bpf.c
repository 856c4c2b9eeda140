/*---
question: May an object be forgotten that was taken out of a list or tree, or counted once more?
asks: [11]
origin: { kernel: check_reference_leak }
loadable: true
runs:
  - { program: pop_front, cpu: 0 }
  - { program: pop_back, cpu: 0 }
  - { program: remove, cpu: 0 }
  - { program: acquire, cpu: 0 }
expect:
  safety: object-leak
  default: { verdict: reject, guard: exit-references-released }
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
int pop_front(struct __sk_buff *ctx)
{
	LOCK_FOR(glock, ghead);
	bpf_list_pop_front(&ghead);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("tc")
int pop_back(struct __sk_buff *ctx)
{
	LOCK_FOR(glock, ghead);
	bpf_list_pop_back(&ghead);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("tc")
int remove(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, groot);
	bpf_rbtree_add(&groot, &n->rb, less);
	bpf_rbtree_remove(&groot, &n->rb);
	UNLOCK_FOR(glock, groot);
	return 0;
}

SEC("tc")
int acquire(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_refcount_acquire(n);
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
