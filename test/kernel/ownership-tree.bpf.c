/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes of trees: who owns one, what may be removed, and what a comparison may do. */
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

/* Added */

SEC("?tc")
int read_after_add(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, less);
	gdata = n->data;
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int read_after_unlock(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, less);
	bpf_spin_unlock(&lock);
	return n->data;
}

SEC("?tc")
int write_after_unlock(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, less);
	bpf_spin_unlock(&lock);
	n->data = 1;
	return 0;
}

SEC("?tc")
int add_twice(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, less);
	bpf_rbtree_add(&root, &n->rb, less);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int add_after_unlock(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, less);
	bpf_spin_unlock(&lock);
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, less);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int drop_after_unlock(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, less);
	bpf_spin_unlock(&lock);
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int add_and_remove(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_rb_node *rb;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, less);
	rb = bpf_rbtree_remove(&root, &n->rb);
	bpf_spin_unlock(&lock);
	if (rb)
		bpf_obj_drop(container_of(rb, struct item, rb));
	return 0;
}

SEC("?tc")
int add_and_remove_and_leak(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_rb_node *rb;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, less);
	rb = bpf_rbtree_remove(&root, &n->rb);
	bpf_spin_unlock(&lock);
	return rb != NULL;
}

/* Looked at and removed */

SEC("?tc")
int first_read(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&root);
	if (!rb) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	gdata = container_of(rb, struct item, rb)->data;
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int first_untested(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&root);
	gdata = container_of(rb, struct item, rb)->data;
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int first_read_after_unlock(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&root);
	if (!rb) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	bpf_spin_unlock(&lock);
	return container_of(rb, struct item, rb)->data;
}

SEC("?tc")
int root_read_after_unlock(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_root(&root);
	if (!rb) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	bpf_spin_unlock(&lock);
	return container_of(rb, struct item, rb)->data;
}

SEC("?tc")
int left_read_after_unlock(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_root(&root);
	if (!rb) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	rb = bpf_rbtree_left(&root, rb);
	bpf_spin_unlock(&lock);
	return rb ? container_of(rb, struct item, rb)->data : 0;
}

SEC("?tc")
int first_drop_after_unlock(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&root);
	if (!rb) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	bpf_spin_unlock(&lock);
	bpf_obj_drop(container_of(rb, struct item, rb));
	return 0;
}

/* What is only looked at can't be added again. */
SEC("?tc")
int first_add(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&root);
	if (!rb) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	bpf_rbtree_add(&root, rb, less);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int first_and_remove(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&root);
	if (!rb) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	rb = bpf_rbtree_remove(&root, rb);
	bpf_spin_unlock(&lock);
	if (rb)
		bpf_obj_drop(container_of(rb, struct item, rb));
	return 0;
}

SEC("?tc")
int root_and_remove(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_root(&root);
	if (!rb) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	rb = bpf_rbtree_remove(&root, rb);
	bpf_spin_unlock(&lock);
	if (rb)
		bpf_obj_drop(container_of(rb, struct item, rb));
	return 0;
}

SEC("?tc")
int removed_read_after_unlock(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&root);
	if (!rb) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	rb = bpf_rbtree_remove(&root, rb);
	bpf_spin_unlock(&lock);
	if (!rb)
		return 0;
	gdata = container_of(rb, struct item, rb)->data;
	bpf_obj_drop(container_of(rb, struct item, rb));
	return 0;
}

SEC("?tc")
int removed_untested(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&root);
	if (!rb) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	rb = bpf_rbtree_remove(&root, rb);
	bpf_spin_unlock(&lock);
	bpf_obj_drop(container_of(rb, struct item, rb));
	return 0;
}

SEC("?tc")
int removed_and_leaked(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&root);
	if (!rb) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	rb = bpf_rbtree_remove(&root, rb);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int removed_and_added(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&root);
	if (!rb) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	rb = bpf_rbtree_remove(&root, rb);
	if (rb)
		bpf_rbtree_add(&root, rb, less);
	bpf_spin_unlock(&lock);
	return 0;
}

/* The second removal finds no owner and returns NULL: other aliases live until the unlock. */
SEC("?tc")
int remove_twice(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;
	struct bpf_rb_node *again;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&root);
	if (!rb) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	again = bpf_rbtree_remove(&root, rb);
	rb = bpf_rbtree_remove(&root, rb);
	bpf_spin_unlock(&lock);
	if (again)
		bpf_obj_drop(container_of(again, struct item, rb));
	if (rb)
		bpf_obj_drop(container_of(rb, struct item, rb));
	return 0;
}

SEC("?tc")
int drop_removed_node(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&root);
	if (!rb) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	rb = bpf_rbtree_remove(&root, rb);
	bpf_spin_unlock(&lock);
	if (rb)
		bpf_obj_drop(rb);
	return 0;
}

SEC("?tc")
int remove_after_unlock(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&root);
	if (!rb) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	bpf_spin_unlock(&lock);
	bpf_spin_lock(&lock);
	rb = bpf_rbtree_remove(&root, rb);
	bpf_spin_unlock(&lock);
	if (rb)
		bpf_obj_drop(container_of(rb, struct item, rb));
	return 0;
}

SEC("?tc")
int remove_without_lock(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_rb_node *rb;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, less);
	bpf_spin_unlock(&lock);
	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&root);
	bpf_spin_unlock(&lock);
	rb = bpf_rbtree_remove(&root, rb);
	if (rb)
		bpf_obj_drop(container_of(rb, struct item, rb));
	return 0;
}

/* What may be removed */

SEC("?tc")
int remove_owned(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_rb_node *rb;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	rb = bpf_rbtree_remove(&root, &n->rb);
	bpf_spin_unlock(&lock);
	bpf_obj_drop(n);
	if (rb)
		bpf_obj_drop(container_of(rb, struct item, rb));
	return 0;
}

SEC("?tc")
int remove_removed(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&root);
	if (!rb) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	rb = bpf_rbtree_remove(&root, rb);
	if (!rb) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	rb = bpf_rbtree_remove(&root, rb);
	bpf_spin_unlock(&lock);
	if (rb)
		bpf_obj_drop(container_of(rb, struct item, rb));
	return 0;
}

/* Since 6.16: a counted node may be in a tree although we own it. */
SEC("?tc")
int remove_owned_counted(struct __sk_buff *ctx)
{
	struct counted *n;
	struct bpf_rb_node *rb;

	n = bpf_obj_new(struct counted);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	rb = bpf_rbtree_remove(&counted_root, &n->rb);
	bpf_spin_unlock(&lock);
	bpf_obj_drop(n);
	if (rb)
		bpf_obj_drop(container_of(rb, struct counted, rb));
	return 0;
}

SEC("?tc")
int remove_untested(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&root);
	rb = bpf_rbtree_remove(&root, rb);
	bpf_spin_unlock(&lock);
	if (rb)
		bpf_obj_drop(container_of(rb, struct item, rb));
	return 0;
}

SEC("?tc")
int left_of_owned(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_rb_node *rb;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	rb = bpf_rbtree_left(&root, &n->rb);
	bpf_spin_unlock(&lock);
	bpf_obj_drop(n);
	return rb != NULL;
}

SEC("?tc")
int right_of_owned(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_rb_node *rb;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	rb = bpf_rbtree_right(&root, &n->rb);
	bpf_spin_unlock(&lock);
	bpf_obj_drop(n);
	return rb != NULL;
}

/* The comparison: called while the tree is being changed */

static bool compares(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct item, rb)->data > container_of(b, struct item, rb)->data;
}

SEC("?tc")
int less_compares(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, compares);
	bpf_spin_unlock(&lock);
	return 0;
}

static bool says_yes(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return true;
}

SEC("?tc")
int less_says_yes(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, says_yes);
	bpf_spin_unlock(&lock);
	return 0;
}

static bool unlocks(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	bpf_spin_unlock(&lock);
	return false;
}

SEC("?tc")
int less_unlocks(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, unlocks);
	bpf_spin_unlock(&lock);
	return 0;
}

static bool unlocks_other(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	bpf_spin_unlock(&lock2);
	return false;
}

SEC("?tc")
int less_unlocks_other(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, unlocks_other);
	bpf_spin_unlock(&lock);
	return 0;
}

static bool locks(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	bpf_spin_lock(&lock2);
	return false;
}

/* The call rule is faster than the rule for callbacks. */
SEC("?tc")
int less_locks(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, locks);
	bpf_spin_unlock(&lock);
	return 0;
}

static bool calls_helper(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return bpf_get_prandom_u32() & 1;
}

SEC("?tc")
int less_calls_helper(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, calls_helper);
	bpf_spin_unlock(&lock);
	return 0;
}

static bool opens_rcu(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	return false;
}

SEC("?tc")
int less_opens_rcu(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, opens_rcu);
	bpf_spin_unlock(&lock);
	return 0;
}

static bool removes(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	bpf_rbtree_remove(&root, a);
	return false;
}

SEC("?tc")
int less_removes(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, removes);
	bpf_spin_unlock(&lock);
	return 0;
}

static bool removes_second(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	bpf_rbtree_remove(&root, (struct bpf_rb_node *)b);
	return false;
}

SEC("?tc")
int less_removes_second(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, removes_second);
	bpf_spin_unlock(&lock);
	return 0;
}

static int returns_number(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct item, rb)->data;
}

SEC("?tc")
int less_returns_number(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, (void *)returns_number);
	bpf_spin_unlock(&lock);
	return 0;
}

static int returns_two(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return 2;
}

SEC("?tc")
int less_returns_two(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, (void *)returns_two);
	bpf_spin_unlock(&lock);
	return 0;
}

static bool writes(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	container_of(a, struct item, rb)->data = 1;
	return false;
}

SEC("?tc")
int less_writes(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, writes);
	bpf_spin_unlock(&lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
