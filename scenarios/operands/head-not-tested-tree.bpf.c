/*---
question: May a list or tree be used before the element it lies in is tested for NULL (trees)?
asks: [11]
origin: { kernel: check_kfunc_args }
loadable: true
runs:
  - { program: add, cpu: 0 }
  - { program: first, cpu: 0 }
  - { program: remove, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: head-pointer-kind }
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
int add(struct __sk_buff *ctx)
{
	int key = 0;
	struct trees *v;
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	v = bpf_map_lookup_elem(&trees, &key);
	bpf_rbtree_add(&v->root, &n->rb, less);
	return 0;
}

SEC("tc")
int first(struct __sk_buff *ctx)
{
	int key = 0;
	struct trees *v;

	v = bpf_map_lookup_elem(&trees, &key);
	bpf_rbtree_first(&v->root);
	return 0;
}

SEC("tc")
int remove(struct __sk_buff *ctx)
{
	int key = 0;
	struct trees *v;
	struct item *n;
	struct bpf_rb_node *gone;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	v = bpf_map_lookup_elem(&trees, &key);
	gone = bpf_rbtree_remove(&v->root, &n->rb);
	if (gone)
		bpf_obj_drop(container_of(gone, struct item, rb));
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
