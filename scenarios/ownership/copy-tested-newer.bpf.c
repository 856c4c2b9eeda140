/*---
question: Is a copy of a pointer tested when the pointer is (newer calls)?
asks: [11]
origin: { kernel: mark_ptr_or_null_regs }
loadable: true
runs:
  - { program: front, cpu: 0 }
  - { program: back, cpu: 0 }
  - { program: root, cpu: 0 }
  - { program: left, cpu: 0 }
  - { program: right, cpu: 0 }
expect:
  safety: safe
  default: not-applicable
  linux-6.18: accept
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

SEC("tc")
int front(struct __sk_buff *ctx)
{
	struct bpf_list_node *r, *copy;
	int key = 0;

	LOCK_FOR(glock, ghead);
	r = bpf_list_front(&ghead);
	copy = r;
	if (r)
		key = container_of(copy, struct item, list)->key;
	UNLOCK_FOR(glock, ghead);
	return key;
}

SEC("tc")
int back(struct __sk_buff *ctx)
{
	struct bpf_list_node *r, *copy;
	int key = 0;

	LOCK_FOR(glock, ghead);
	r = bpf_list_back(&ghead);
	copy = r;
	if (r)
		key = container_of(copy, struct item, list)->key;
	UNLOCK_FOR(glock, ghead);
	return key;
}

SEC("tc")
int root(struct __sk_buff *ctx)
{
	struct bpf_rb_node *r, *copy;
	int key = 0;

	LOCK_FOR(glock, groot);
	r = bpf_rbtree_root(&groot);
	copy = r;
	if (r)
		key = container_of(copy, struct item, rb)->key;
	UNLOCK_FOR(glock, groot);
	return key;
}

SEC("tc")
int left(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb, *r, *copy;
	int key = 0;

	LOCK_FOR(glock, groot);
	rb = bpf_rbtree_root(&groot);
	if (!rb) {
		UNLOCK_FOR(glock, groot);
		return 0;
	}
	r = bpf_rbtree_left(&groot, rb);
	copy = r;
	if (r)
		key = container_of(copy, struct item, rb)->key;
	UNLOCK_FOR(glock, groot);
	return key;
}

SEC("tc")
int right(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb, *r, *copy;
	int key = 0;

	LOCK_FOR(glock, groot);
	rb = bpf_rbtree_root(&groot);
	if (!rb) {
		UNLOCK_FOR(glock, groot);
		return 0;
	}
	r = bpf_rbtree_right(&groot, rb);
	copy = r;
	if (r)
		key = container_of(copy, struct item, rb)->key;
	UNLOCK_FOR(glock, groot);
	return key;
}

char _license[] SEC("license") = "GPL";
