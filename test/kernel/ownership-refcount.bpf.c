/* SPDX-License-Identifier: Apache-2.0 */
/* References to counted objects. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct item {
	struct bpf_refcount ref;
	int data;
	struct bpf_list_node list;
	struct bpf_rb_node rb;
};

struct single {
	struct bpf_list_node list;
	int data;
};

struct tree_single {
	int data;
	struct bpf_rb_node rb;
};

struct bytes {
	__u64 data;
};

private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head head __contains(item, list);
private(A) struct bpf_rb_root root __contains(item, rb);
private(A) struct bpf_list_head singles __contains(single, list);
private(B) int gdata;

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct item, rb)->data < container_of(b, struct item, rb)->data;
}

SEC("?tc")
int acquire_and_drop_both(struct __sk_buff *ctx)
{
	struct item *n, *m;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	m = bpf_refcount_acquire(n);
	bpf_obj_drop(m);
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int acquire_and_use_after_first_drop(struct __sk_buff *ctx)
{
	struct item *n, *m;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	m = bpf_refcount_acquire(n);
	bpf_obj_drop(n);
	gdata = m->data;
	bpf_obj_drop(m);
	return 0;
}

/* Each reference is a pointer of its own. */
SEC("?tc")
int acquire_and_read_dropped(struct __sk_buff *ctx)
{
	struct item *n, *m;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	m = bpf_refcount_acquire(n);
	bpf_obj_drop(n);
	gdata = n->data;
	bpf_obj_drop(m);
	return 0;
}

SEC("?tc")
int acquire_and_leak(struct __sk_buff *ctx)
{
	struct item *n, *m;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	m = bpf_refcount_acquire(n);
	gdata = m->data;
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int acquire_and_leak_first(struct __sk_buff *ctx)
{
	struct item *n, *m;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	m = bpf_refcount_acquire(n);
	bpf_obj_drop(m);
	return 0;
}

SEC("?tc")
int acquire_from_tested_new(struct __sk_buff *ctx)
{
	struct item *n, *m;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	m = bpf_refcount_acquire(n);
	if (m)
		bpf_obj_drop(m);
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int acquire_untested(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item), *m;

	m = bpf_refcount_acquire(n);
	if (m)
		bpf_obj_drop(m);
	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int acquire_after_drop(struct __sk_buff *ctx)
{
	struct item *n, *m;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_obj_drop(n);
	m = bpf_refcount_acquire(n);
	if (m)
		bpf_obj_drop(m);
	return 0;
}

SEC("?tc")
int acquire_without_refcount(struct __sk_buff *ctx)
{
	struct single *n, *m;

	n = bpf_obj_new(struct single);
	if (!n)
		return 0;
	m = bpf_refcount_acquire(n);
	if (m)
		bpf_obj_drop(m);
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int acquire_tree_item_without_refcount(struct __sk_buff *ctx)
{
	struct tree_single *n, *m;

	n = bpf_obj_new(struct tree_single);
	if (!n)
		return 0;
	m = bpf_refcount_acquire(n);
	if (m)
		bpf_obj_drop(m);
	bpf_obj_drop(n);
	return 0;
}

/* One object in two structures, one reference each. */
SEC("?tc")
int list_and_tree(struct __sk_buff *ctx)
{
	struct item *n, *m;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	m = bpf_refcount_acquire(n);
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, &n->list);
	bpf_rbtree_add(&root, &m->rb, less);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int push_and_keep(struct __sk_buff *ctx)
{
	struct item *n, *m;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	m = bpf_refcount_acquire(n);
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, &n->list);
	bpf_spin_unlock(&lock);
	gdata = m->data;
	bpf_obj_drop(m);
	return 0;
}

/* The second insertion fails at run time, and drops its reference. */
SEC("?tc")
int push_both_references(struct __sk_buff *ctx)
{
	struct item *n, *m;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	m = bpf_refcount_acquire(n);
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, &n->list);
	bpf_list_push_back(&head, &m->list);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int acquire_pushed(struct __sk_buff *ctx)
{
	struct item *n, *m;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, &n->list);
	m = bpf_refcount_acquire(n);
	bpf_spin_unlock(&lock);
	if (m)
		bpf_obj_drop(m);
	return 0;
}

SEC("?tc")
int acquire_pushed_untested(struct __sk_buff *ctx)
{
	struct item *n, *m;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, &n->list);
	m = bpf_refcount_acquire(n);
	bpf_spin_unlock(&lock);
	gdata = m->data;
	bpf_obj_drop(m);
	return 0;
}

SEC("?tc")
int acquire_first(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;
	struct item *m = NULL;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&root);
	if (rb)
		m = bpf_refcount_acquire(container_of(rb, struct item, rb));
	bpf_spin_unlock(&lock);
	if (m)
		bpf_obj_drop(m);
	return 0;
}

SEC("?tc")
int acquire_first_untested(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;
	struct item *m;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&root);
	if (!rb) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	m = bpf_refcount_acquire(container_of(rb, struct item, rb));
	bpf_spin_unlock(&lock);
	bpf_obj_drop(m);
	return 0;
}

SEC("?tc")
int acquire_first_after_unlock(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;
	struct item *m;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&root);
	bpf_spin_unlock(&lock);
	if (!rb)
		return 0;
	m = bpf_refcount_acquire(container_of(rb, struct item, rb));
	if (m)
		bpf_obj_drop(m);
	return 0;
}

SEC("?tc")
int acquire_front_and_leak(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;
	struct item *m = NULL;

	bpf_spin_lock(&lock);
	l = bpf_list_front(&head);
	if (l)
		m = bpf_refcount_acquire(container_of(l, struct item, list));
	bpf_spin_unlock(&lock);
	return m != NULL;
}

SEC("?tc")
int remove_and_acquire(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;
	struct item *n, *m;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&root);
	if (rb)
		rb = bpf_rbtree_remove(&root, rb);
	bpf_spin_unlock(&lock);
	if (!rb)
		return 0;
	n = container_of(rb, struct item, rb);
	m = bpf_refcount_acquire(n);
	bpf_obj_drop(n);
	bpf_obj_drop(m);
	return 0;
}

/* NULL moved by a constant is a number. */

SEC("?tc")
int acquire_around_null(struct __sk_buff *ctx)
{
	struct bpf_list_node *l = NULL;
	struct item *m;

	barrier_var(l);
	m = bpf_refcount_acquire(container_of(l, struct item, list));
	if (m)
		bpf_obj_drop(m);
	return 0;
}

SEC("?tc")
int drop_around_null(struct __sk_buff *ctx)
{
	struct bpf_list_node *l = NULL;

	barrier_var(l);
	bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int drop_null(struct __sk_buff *ctx)
{
	struct item *n = NULL;

	barrier_var(n);
	bpf_obj_drop(n);
	return 0;
}

static int nothing(__u32 i, void *ctx)
{
	return 0;
}

SEC("?tc")
int acquire_around_null_after_loop(struct __sk_buff *ctx)
{
	struct bpf_rb_node *r;
	struct item *m;

	bpf_spin_lock(&lock);
	r = bpf_rbtree_first(&root);
	bpf_spin_unlock(&lock);
	if (r)
		return 0;
	bpf_loop(2, nothing, NULL, 0);
	m = bpf_refcount_acquire(container_of(r, struct item, rb));
	if (m)
		bpf_obj_drop(m);
	return 0;
}

char _license[] SEC("license") = "GPL";
