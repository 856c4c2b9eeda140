/*---
question: May a tree be looked at as a list, or a list as a tree?
asks: [11]
origin: { kernel: __process_kf_arg_ptr_to_graph_root }
loadable: true
runs:
  - { program: front, cpu: 0 }
  - { program: back, cpu: 0 }
  - { program: root, cpu: 0 }
  - { program: left, cpu: 0 }
  - { program: right, cpu: 0 }
expect:
  safety: wild-access
  default: not-applicable
  ptr-id/list-del: { verdict: reject, guard: head-at-offset }
  lock-type: { verdict: reject, guard: head-at-offset }
  linux-6.18: { verdict: reject, guard: head-at-offset }
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

SEC("tc")
int front(struct __sk_buff *ctx)
{
	LOCK_FOR(glock, groot);
	bpf_list_front((struct bpf_list_head *)&groot);
	UNLOCK_FOR(glock, groot);
	return 0;
}

SEC("tc")
int back(struct __sk_buff *ctx)
{
	LOCK_FOR(glock, groot);
	bpf_list_back((struct bpf_list_head *)&groot);
	UNLOCK_FOR(glock, groot);
	return 0;
}

SEC("tc")
int root(struct __sk_buff *ctx)
{
	LOCK_FOR(glock, ghead);
	bpf_rbtree_root((struct bpf_rb_root *)&ghead);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("tc")
int left(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, ghead);
	bpf_rbtree_left((struct bpf_rb_root *)&ghead, &n->rb);
	UNLOCK_FOR(glock, ghead);
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
	LOCK_FOR(glock, ghead);
	bpf_rbtree_right((struct bpf_rb_root *)&ghead, &n->rb);
	UNLOCK_FOR(glock, ghead);
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
