/* SPDX-License-Identifier: Apache-2.0 */
/* Which node of which struct a list or tree takes. */
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

/* Lists */

SEC("?tc")
int list_takes_its_node(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_front(&head, &n->list);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int list_takes_its_other_node(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head2, &n->list2);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int list_takes_node_of_both(struct __sk_buff *ctx)
{
	struct both *n = bpf_obj_new(struct both);

	if (!n)
		return 0;
	bpf_spin_lock(&lock2);
	bpf_list_push_front(&both_head, &n->list);
	bpf_spin_unlock(&lock2);
	return 0;
}

SEC("?tc")
int list_node_of_other_list(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_front(&head, &n->list2);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int list_node_of_first_list(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head2, &n->list);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int list_item_of_other_struct(struct __sk_buff *ctx)
{
	struct other *n = bpf_obj_new(struct other);

	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_front(&head, &n->list);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int list_item_of_first_struct(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_back(&others, &n->list);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int list_no_node_at_data(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_front(&head, (void *)&n->data);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int list_no_node_inside_node(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, (void *)&n->list + 8);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int list_no_node_behind(struct __sk_buff *ctx)
{
	struct other *n = bpf_obj_new(struct other);

	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_front(&others, (void *)n + sizeof(*n));
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int list_rb_node_of_both(struct __sk_buff *ctx)
{
	struct both *n = bpf_obj_new(struct both);

	if (!n)
		return 0;
	bpf_spin_lock(&lock2);
	bpf_list_push_front(&both_head, (void *)&n->rb);
	bpf_spin_unlock(&lock2);
	return 0;
}

SEC("?tc")
int list_node_in_value(struct __sk_buff *ctx)
{
	int key = 0;
	struct plain *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_front(&head, (void *)v);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int list_node_untested(struct __sk_buff *ctx)
{
	struct other *n = bpf_obj_new(struct other);

	bpf_spin_lock(&lock);
	bpf_list_push_front(&others, (void *)n);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int list_object_without_node(struct __sk_buff *ctx)
{
	struct plain *n = bpf_obj_new(struct plain);

	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_front(&head, (void *)n);
	bpf_spin_unlock(&lock);
	return 0;
}

/* Trees */

SEC("?tc")
int tree_takes_its_node(struct __sk_buff *ctx)
{
	struct tree_item *n = bpf_obj_new(struct tree_item);

	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, less);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int tree_takes_its_other_node(struct __sk_buff *ctx)
{
	struct tree_item *n = bpf_obj_new(struct tree_item);

	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root2, &n->rb2, less);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int tree_takes_node_of_both(struct __sk_buff *ctx)
{
	struct both *n = bpf_obj_new(struct both);

	if (!n)
		return 0;
	bpf_spin_lock(&lock2);
	bpf_rbtree_add(&both_root, &n->rb, less);
	bpf_spin_unlock(&lock2);
	return 0;
}

SEC("?tc")
int tree_node_of_other_tree(struct __sk_buff *ctx)
{
	struct tree_item *n = bpf_obj_new(struct tree_item);

	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb2, less);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int tree_node_of_first_tree(struct __sk_buff *ctx)
{
	struct tree_item *n = bpf_obj_new(struct tree_item);

	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root2, &n->rb, less);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int tree_item_of_other_struct(struct __sk_buff *ctx)
{
	struct tree_other *n = bpf_obj_new(struct tree_other);

	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, &n->rb, less);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int tree_item_of_first_struct(struct __sk_buff *ctx)
{
	struct tree_item *n = bpf_obj_new(struct tree_item);

	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&tree_others, &n->rb, less);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int tree_no_node_at_data(struct __sk_buff *ctx)
{
	struct tree_item *n = bpf_obj_new(struct tree_item);

	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, (void *)&n->data, less);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int tree_no_node_inside_node(struct __sk_buff *ctx)
{
	struct tree_item *n = bpf_obj_new(struct tree_item);

	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_rbtree_add(&root, (void *)&n->rb + 8, less);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int tree_list_node_of_both(struct __sk_buff *ctx)
{
	struct both *n = bpf_obj_new(struct both);

	if (!n)
		return 0;
	bpf_spin_lock(&lock2);
	bpf_rbtree_add(&both_root, (void *)&n->list, less);
	bpf_spin_unlock(&lock2);
	return 0;
}

SEC("?tc")
int tree_removes_node_of_other_tree(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&root2);
	if (rb)
		rb = bpf_rbtree_remove(&root, rb);
	bpf_spin_unlock(&lock);
	if (rb)
		bpf_obj_drop(container_of(rb, struct tree_item, rb));
	return 0;
}

SEC("?tc")
int tree_removes_item_of_other_struct(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&lock);
	rb = bpf_rbtree_first(&tree_others);
	if (rb)
		rb = bpf_rbtree_remove(&root, rb);
	bpf_spin_unlock(&lock);
	if (rb)
		bpf_obj_drop(container_of(rb, struct tree_item, rb));
	return 0;
}

char _license[] SEC("license") = "GPL";
