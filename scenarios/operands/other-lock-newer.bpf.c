/*---
question: Does every look at a list or tree need the lock of that list or tree?
asks: [4, 11]
origin: { kernel: check_reg_allocation_locked }
loadable: true
runs:
  - { program: front, cpu: 0 }
  - { program: back, cpu: 0 }
  - { program: root, cpu: 0 }
  - { program: left, cpu: 0 }
  - { program: right, cpu: 0 }
  - { program: holder, cpu: 1 }
expect:
  safety: list-race
  default: not-applicable
  ptr-id/list-del: { verdict: reject, guard: head-lock-matches }
  lock-type: { verdict: reject, guard: head-lock-matches }
  linux-6.18: { verdict: reject, guard: head-lock-matches }
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
int front(struct __sk_buff *ctx)
{
	LOCK_FOR(other_lock, other_head);
	bpf_list_front(&ghead);
	UNLOCK_FOR(other_lock, other_head);
	return 0;
}

SEC("tc")
int back(struct __sk_buff *ctx)
{
	LOCK_FOR(other_lock, other_head);
	bpf_list_back(&ghead);
	UNLOCK_FOR(other_lock, other_head);
	return 0;
}

SEC("tc")
int root(struct __sk_buff *ctx)
{
	LOCK_FOR(other_lock, other_root);
	bpf_rbtree_root(&groot);
	UNLOCK_FOR(other_lock, other_root);
	return 0;
}

SEC("tc")
int left(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(other_lock, other_root);
	bpf_rbtree_left(&groot, &n->rb);
	UNLOCK_FOR(other_lock, other_root);
	bpf_obj_drop(n);
	return 0;
}

SEC("tc")
int right(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(other_lock, other_root);
	bpf_rbtree_right(&groot, &n->rb);
	UNLOCK_FOR(other_lock, other_root);
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
