/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes of trees: who owns one, what may be removed, and what a comparison may do. What our front end does not read. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct item {
	int data;
	struct bpf_rb_node rb;
};

struct counted {
	struct bpf_refcount ref;
	int data;
	struct bpf_rb_node rb;
};

private(A) struct bpf_spin_lock lock;
private(A) struct bpf_rb_root root __contains(item, rb);
private(A) struct bpf_rb_root counted_root __contains(counted, rb);
private(B) struct bpf_spin_lock lock2;
private(C) int gdata;

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct item, rb)->data < container_of(b, struct item, rb)->data;
}

static bool counted_less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct counted, rb)->data < container_of(b, struct counted, rb)->data;
}

SEC("?tc")
int remove_on_stack(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;
	struct bpf_rb_node node = {};

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_remove(&root, &node);
	bpf_spin_unlock(&lock);
	if (rb)
		bpf_obj_drop(container_of(rb, struct item, rb));
	return 0;
}

SEC("?tc")
int add_without_less(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, NULL);
	bpf_spin_unlock(&lock);
	return 0;
}

/* What only a tag names, clang would leave out. */
SEC("?tc")
int keeps_types(struct __sk_buff *ctx)
{
	void *n;

	n = bpf_obj_new(struct item);
	if (n)
		bpf_obj_drop(n);
	n = bpf_obj_new(struct counted);
	if (n)
		bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
