/*---
question: A section has two locks. Which of the newer calls does the kernel refuse for it?
asks: [4]
origin: { kernel: btf_parse_fields }
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
  fresh-id: { verdict: reject, guard: one-lock-per-value }
  ptr-id/list-del: { verdict: reject, guard: one-lock-per-value }
  lock-type: { verdict: reject, guard: one-lock-per-value }
  linux-6.18: { verdict: reject, guard: one-lock-per-value }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * No lock is taken: the section has no usable record, and that is found first.
 */
struct node_data {
	struct bpf_list_node list;
	int data;
};

struct item {
	struct bpf_rb_node rb;
	int key;
};

LOCK(A, glock);
LOCK(A, other_lock);
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
