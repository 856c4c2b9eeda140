/*---
question: Does every look at a list or tree need a lock?
asks: [4, 11]
origin: { kernel: check_reg_allocation_locked }
loadable: true
runs:
  - { program: front, cpu: 0 }
  - { program: back, cpu: 0 }
  - { program: root, cpu: 0 }
  - { program: left, cpu: 0 }
  - { program: right, cpu: 0 }
  - { program: front, cpu: 1, name: other }
expect:
  safety: list-race
  default: not-applicable
  ptr-id/list-del: { verdict: reject, guard: head-lock-held }
  lock-type: { verdict: reject, guard: head-lock-held }
  linux-6.18: { verdict: reject, guard: head-lock-held }
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
	bpf_list_front(&ghead);
	return 0;
}

SEC("tc")
int back(struct __sk_buff *ctx)
{
	bpf_list_back(&ghead);
	return 0;
}

SEC("tc")
int root(struct __sk_buff *ctx)
{
	bpf_rbtree_root(&groot);
	return 0;
}

SEC("tc")
int left(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_rbtree_left(&groot, &n->rb);
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
	bpf_rbtree_right(&groot, &n->rb);
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
