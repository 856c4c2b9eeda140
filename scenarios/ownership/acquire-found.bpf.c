/*---
question: May a node that was found in a list or tree be counted once more?
asks: [11]
origin: { kernel: check_kfunc_args }
loadable: true
runs:
  - { program: back, cpu: 0 }
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
int back(struct __sk_buff *ctx)
{
	struct bpf_list_node *r;
	struct item *n = NULL;

	LOCK_FOR(glock, ghead);
	r = bpf_list_back(&ghead);
	if (r)
		n = bpf_refcount_acquire(container_of(r, struct item, list));
	UNLOCK_FOR(glock, ghead);
	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("tc")
int left(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb, *r;
	struct item *n = NULL;

	LOCK_FOR(glock, groot);
	rb = bpf_rbtree_root(&groot);
	if (!rb) {
		UNLOCK_FOR(glock, groot);
		return 0;
	}
	r = bpf_rbtree_left(&groot, rb);
	if (r)
		n = bpf_refcount_acquire(container_of(r, struct item, rb));
	UNLOCK_FOR(glock, groot);
	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("tc")
int right(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb, *r;
	struct item *n = NULL;

	LOCK_FOR(glock, groot);
	rb = bpf_rbtree_root(&groot);
	if (!rb) {
		UNLOCK_FOR(glock, groot);
		return 0;
	}
	r = bpf_rbtree_right(&groot, rb);
	if (r)
		n = bpf_refcount_acquire(container_of(r, struct item, rb));
	UNLOCK_FOR(glock, groot);
	if (n)
		bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
