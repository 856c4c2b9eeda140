/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes of lists: who owns one, before, in and after a list. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct item {
	int data;
	struct bpf_list_node list;
};

private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head head __contains(item, list);
private(A) struct bpf_list_head other __contains(item, list);
private(B) int gdata;

/* A node that is pushed is no longer ours, and can be read until the unlock */

SEC("?tc")
int read_after_push(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, &n->list);
	gdata = n->data;
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int write_after_push(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, &n->list);
	n->data = 1;
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
	bpf_list_push_back(&head, &n->list);
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
	bpf_list_push_front(&head, &n->list);
	bpf_spin_unlock(&lock);
	n->data = 1;
	return 0;
}

SEC("?tc")
int read_copy_after_unlock(struct __sk_buff *ctx)
{
	struct item *n, *m;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	m = n;
	barrier_var(m);
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, &n->list);
	bpf_spin_unlock(&lock);
	return m->data;
}

static int nothing(__u32 i, void *ctx)
{
	return 0;
}

/* A copy on the stack goes too. */
SEC("?tc")
int read_spilled_after_unlock(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_loop(0, nothing, &n, 0);
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, &n->list);
	bpf_spin_unlock(&lock);
	return n->data;
}

SEC("?tc")
int push_twice(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, &n->list);
	bpf_list_push_back(&head, &n->list);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int push_into_two_lists(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, &n->list);
	bpf_list_push_back(&other, &n->list);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int push_copy_again(struct __sk_buff *ctx)
{
	struct item *n, *m;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	m = n;
	barrier_var(m);
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, &n->list);
	bpf_list_push_front(&other, &m->list);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int push_after_unlock(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, &n->list);
	bpf_spin_unlock(&lock);
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, &n->list);
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
	bpf_list_push_back(&head, &n->list);
	bpf_spin_unlock(&lock);
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int push_two(struct __sk_buff *ctx)
{
	struct item *n, *m;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	m = bpf_obj_new(struct item);
	if (!m) {
		bpf_obj_drop(n);
		return 0;
	}
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, &n->list);
	bpf_list_push_back(&head, &m->list);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int push_one_leak_other(struct __sk_buff *ctx)
{
	struct item *n, *m;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	m = bpf_obj_new(struct item);
	if (!m) {
		bpf_obj_drop(n);
		return 0;
	}
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, &n->list);
	bpf_spin_unlock(&lock);
	return 0;
}

/* What is popped is ours */

SEC("?tc")
int pop_and_drop(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&lock);
	l = bpf_list_pop_front(&head);
	bpf_spin_unlock(&lock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int pop_back_and_drop(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&lock);
	l = bpf_list_pop_back(&head);
	bpf_spin_unlock(&lock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int pop_and_push_back(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&lock);
	l = bpf_list_pop_front(&head);
	if (l)
		bpf_list_push_back(&head, l);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int pop_and_push_to_other(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&lock);
	l = bpf_list_pop_back(&head);
	if (l)
		bpf_list_push_front(&other, l);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int pop_and_read_after_unlock(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;
	int x;

	bpf_spin_lock(&lock);
	l = bpf_list_pop_front(&head);
	bpf_spin_unlock(&lock);
	if (!l)
		return 0;
	x = container_of(l, struct item, list)->data;
	bpf_obj_drop(container_of(l, struct item, list));
	return x;
}

SEC("?tc")
int pop_untested(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&lock);
	l = bpf_list_pop_front(&head);
	bpf_spin_unlock(&lock);
	return container_of(l, struct item, list)->data;
}

/* What a pop returns points at the node, not at the start of the object. */
SEC("?tc")
int drop_popped_node(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&lock);
	l = bpf_list_pop_front(&head);
	bpf_spin_unlock(&lock);
	if (l)
		bpf_obj_drop(l);
	return 0;
}

SEC("?tc")
int drop_popped_back_node(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&lock);
	l = bpf_list_pop_back(&head);
	bpf_spin_unlock(&lock);
	if (l)
		bpf_obj_drop(l);
	return 0;
}

SEC("?tc")
int read_popped_node(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;
	__u64 x;

	bpf_spin_lock(&lock);
	l = bpf_list_pop_front(&head);
	bpf_spin_unlock(&lock);
	if (!l)
		return 0;
	x = *(__u64 *)l;
	bpf_obj_drop(container_of(l, struct item, list));
	return x;
}

SEC("?tc")
int leak_popped(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&lock);
	l = bpf_list_pop_front(&head);
	bpf_spin_unlock(&lock);
	return l != NULL;
}

SEC("?tc")
int pop_and_lose_first(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&lock);
	l = bpf_list_pop_front(&head);
	l = bpf_list_pop_front(&head);
	bpf_spin_unlock(&lock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

/* A node that is only looked at */

SEC("?tc")
int front_read(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&lock);
	l = bpf_list_front(&head);
	if (l)
		gdata = container_of(l, struct item, list)->data;
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int front_untested(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&lock);
	l = bpf_list_front(&head);
	gdata = container_of(l, struct item, list)->data;
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int front_read_after_unlock(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&lock);
	l = bpf_list_front(&head);
	bpf_spin_unlock(&lock);
	if (!l)
		return 0;
	return container_of(l, struct item, list)->data;
}

SEC("?tc")
int back_read_after_unlock(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&lock);
	l = bpf_list_back(&head);
	if (!l) {
		bpf_spin_unlock(&lock);
		return 0;
	}
	bpf_spin_unlock(&lock);
	return container_of(l, struct item, list)->data;
}

SEC("?tc")
int front_drop_after_unlock(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&lock);
	l = bpf_list_front(&head);
	bpf_spin_unlock(&lock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int front_push(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&lock);
	l = bpf_list_front(&head);
	if (l)
		bpf_list_push_back(&other, l);
	bpf_spin_unlock(&lock);
	return 0;
}

/* Nothing is owned, so nothing is lost. */
SEC("?tc")
int front_leave(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&lock);
	l = bpf_list_back(&head);
	bpf_spin_unlock(&lock);
	return l != NULL;
}

char _license[] SEC("license") = "GPL";
