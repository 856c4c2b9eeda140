/*---
question: May a list or tree be looked at before the element it lies in is tested for NULL?
asks: [11]
origin: { kernel: check_kfunc_args }
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
  ptr-id/list-del: { verdict: reject, guard: head-pointer-kind }
  lock-type: { verdict: reject, guard: head-pointer-kind }
  linux-6.18: { verdict: reject, guard: head-pointer-kind }
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

struct lists {
	struct bpf_list_head head __contains(node_data, list) __guarded_by(lock);
	struct bpf_spin_lock lock;
};

struct trees {
	struct bpf_rb_root root __contains(item, rb) __guarded_by(lock);
	struct bpf_spin_lock lock;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct lists);
} lists SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct trees);
} trees SEC(".maps");

SEC("tc")
int front(struct __sk_buff *ctx)
{
	int key = 0;
	struct lists *v;

	v = bpf_map_lookup_elem(&lists, &key);
	bpf_list_front(&v->head);
	return 0;
}

SEC("tc")
int back(struct __sk_buff *ctx)
{
	int key = 0;
	struct lists *v;

	v = bpf_map_lookup_elem(&lists, &key);
	bpf_list_back(&v->head);
	return 0;
}

SEC("tc")
int root(struct __sk_buff *ctx)
{
	int key = 0;
	struct trees *v;

	v = bpf_map_lookup_elem(&trees, &key);
	bpf_rbtree_root(&v->root);
	return 0;
}

SEC("tc")
int left(struct __sk_buff *ctx)
{
	int key = 0;
	struct trees *v;
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	v = bpf_map_lookup_elem(&trees, &key);
	bpf_rbtree_left(&v->root, &n->rb);
	bpf_obj_drop(n);
	return 0;
}

SEC("tc")
int right(struct __sk_buff *ctx)
{
	int key = 0;
	struct trees *v;
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	v = bpf_map_lookup_elem(&trees, &key);
	bpf_rbtree_right(&v->root, &n->rb);
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
