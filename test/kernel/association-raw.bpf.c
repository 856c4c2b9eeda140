/* SPDX-License-Identifier: Apache-2.0 */
/* A list or tree is touched under the lock that lies in the same value, and nowhere else. What our front end does not read. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct item {
	struct bpf_list_node list;
	int data;
};

struct tree_item {
	struct bpf_rb_node rb;
	int data;
};

struct val {
	struct bpf_spin_lock lock;
	int data;
	struct bpf_list_head head __contains(item, list);
	struct bpf_list_head head2 __contains(item, list);
	struct bpf_rb_root root __contains(tree_item, rb);
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct val);
} hash SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct val);
} array SEC(".maps");

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} inner SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, int);
	__array(values, struct inner);
} outer SEC(".maps") = { .values = { &inner, &inner } };

struct holder {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(item, list);
	struct bpf_rb_root root __contains(tree_item, rb);
};

struct kept_holder {
	struct bpf_list_node list;
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(item, list);
};

private(A) struct bpf_spin_lock glock;
private(A) int gdata;
private(A) struct bpf_list_head ghead __contains(item, list);
private(A) struct bpf_rb_root groot __contains(tree_item, rb);
private(B) struct bpf_spin_lock glock2;
private(B) struct bpf_list_head ghead2 __contains(item, list);
private(C) struct bpf_spin_lock lonely;
private(D) struct bpf_spin_lock dlock;
private(D) struct bpf_list_head dhead __contains(kept_holder, list);

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct tree_item, rb)->data < container_of(b, struct tree_item, rb)->data;
}

SEC("?tc")
int head_on_stack(struct __sk_buff *ctx)
{
	struct bpf_list_head head = {};
	struct bpf_list_node *l;

	bpf_spin_lock(&glock);
	l = bpf_list_pop_front(&head);
	bpf_spin_unlock(&glock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int root_on_stack(struct __sk_buff *ctx)
{
	struct bpf_rb_root root = {};
	struct bpf_rb_node *rb;

	bpf_spin_lock(&glock);
	rb = bpf_rbtree_first(&root);
	bpf_spin_unlock(&glock);
	return rb != NULL;
}

SEC("?tc")
int head_is_context(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&glock);
	l = bpf_list_pop_front((void *)ctx);
	bpf_spin_unlock(&glock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int head_at_variable_offset(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_list_node *l;

	v = bpf_map_lookup_elem(&hash, &key);
	if (!v)
		return 0;
	__u64 off = ctx->len & 16;

	bpf_spin_lock(&v->lock);
	l = bpf_list_pop_front((void *)&v->head + off);
	bpf_spin_unlock(&v->lock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int push_at_variable_offset(struct __sk_buff *ctx)
{
	int key = 0;
	__u64 off;
	struct val *v;
	struct item *n;

	v = bpf_map_lookup_elem(&hash, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	off = v->data & 16;
	bpf_spin_lock(&v->lock);
	bpf_list_push_back((void *)&v->head + off, &n->list);
	bpf_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int root_at_variable_offset(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_rb_node *rb;

	v = bpf_map_lookup_elem(&hash, &key);
	if (!v)
		return 0;
	__u64 off = ctx->len & 8;

	bpf_spin_lock(&v->lock);
	rb = bpf_rbtree_first((void *)&v->root + off);
	bpf_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int add_at_variable_offset(struct __sk_buff *ctx)
{
	int key = 0;
	__u64 off;
	struct val *v;
	struct tree_item *n;

	v = bpf_map_lookup_elem(&hash, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(struct tree_item);
	if (!n)
		return 0;
	off = v->data & 8;
	bpf_spin_lock(&v->lock);
	bpf_rbtree_add((void *)&v->root + off, &n->rb, less);
	bpf_spin_unlock(&v->lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
