/*---
question: Does every call on a list or tree need the lock of that list or tree (trees)?
asks: [4, 11]
origin: { kernel: check_reg_allocation_locked }
loadable: true
runs:
  - { program: add, cpu: 0 }
  - { program: first, cpu: 0 }
  - { program: remove, cpu: 0 }
  - { program: holder, cpu: 1 }
expect:
  safety: safe
  default: { verdict: reject, guard: head-lock-matches }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct node_data {
	struct bpf_list_node list;
	int data;
};

struct item {
	struct bpf_rb_node rb;
	int key;
};

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct item, rb)->key < container_of(b, struct item, rb)->key;
}

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);
LOCK(B, other_lock);
private(B) struct bpf_list_head other_head __contains(node_data, list) __guarded_by(other_lock);
private(B) struct bpf_rb_root other_root __contains(item, rb) __guarded_by(other_lock);

SEC("tc")
int holder(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	LOCK_FOR(glock, ghead);
	l = bpf_list_pop_front(&ghead);
	UNLOCK_FOR(glock, ghead);
	if (l)
		bpf_obj_drop(container_of(l, struct node_data, list));
	return 0;
}

SEC("tc")
int add(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(other_lock, other_root);
	bpf_rbtree_add(&groot, &n->rb, less);
	UNLOCK_FOR(other_lock, other_root);
	return 0;
}

SEC("tc")
int first(struct __sk_buff *ctx)
{
	LOCK_FOR(other_lock, other_root);
	bpf_rbtree_first(&groot);
	UNLOCK_FOR(other_lock, other_root);
	return 0;
}

SEC("tc")
int remove(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_rb_node *gone;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(other_lock, other_root);
	gone = bpf_rbtree_remove(&groot, &n->rb);
	UNLOCK_FOR(other_lock, other_root);
	if (gone)
		bpf_obj_drop(container_of(gone, struct item, rb));
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
