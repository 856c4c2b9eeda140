/* SPDX-License-Identifier: Apache-2.0 */
/* Which node of which struct a list or tree takes. What our front end does not read. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct item {
	int data;
	struct bpf_list_node list;
	struct bpf_list_node list2;
};

struct other {
	int data;
	int more;
	struct bpf_list_node list;
};

struct tree_item {
	int data;
	struct bpf_rb_node rb;
	struct bpf_rb_node rb2;
};

struct tree_other {
	struct bpf_rb_node rb;
	int data;
};

struct both {
	struct bpf_refcount ref;
	int data;
	struct bpf_list_node list;
	struct bpf_rb_node rb;
};

struct plain {
	__u64 data[8];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct plain);
} hash SEC(".maps");

private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head head __contains(item, list);
private(A) struct bpf_list_head head2 __contains(item, list2);
private(A) struct bpf_list_head others __contains(other, list);
private(A) struct bpf_rb_root root __contains(tree_item, rb);
private(A) struct bpf_rb_root root2 __contains(tree_item, rb2);
private(A) struct bpf_rb_root tree_others __contains(tree_other, rb);
private(B) struct bpf_spin_lock lock2;
private(B) struct bpf_list_head both_head __contains(both, list);
private(B) struct bpf_rb_root both_root __contains(both, rb);

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return false;
}

SEC("?tc")
int list_node_on_stack(struct __sk_buff *ctx)
{
	struct bpf_list_node node = {};

	bpf_spin_lock(&lock);
	bpf_list_push_front(&head, &node);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int list_node_is_null(struct __sk_buff *ctx)
{
	bpf_spin_lock(&lock);
	bpf_list_push_front(&head, NULL);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int list_node_at_variable_offset(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_front(&head, (void *)&n->list + (ctx->len & 24));
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int tree_node_on_stack(struct __sk_buff *ctx)
{
	struct bpf_rb_node node = {};

	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &node, less);
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
	n = bpf_obj_new(struct other);
	if (n)
		bpf_obj_drop(n);
	n = bpf_obj_new(struct tree_item);
	if (n)
		bpf_obj_drop(n);
	n = bpf_obj_new(struct tree_other);
	if (n)
		bpf_obj_drop(n);
	n = bpf_obj_new(struct both);
	if (n)
		bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
