/* SPDX-License-Identifier: Apache-2.0 */
/* A list or tree is touched under the lock that lies in the same value, and nowhere else. */
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

/* The lock of the same value */

SEC("?tc")
int own_lock_of_value(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_list_node *l;

	v = bpf_map_lookup_elem(&hash, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	l = bpf_list_pop_front(&v->head);
	bpf_spin_unlock(&v->lock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int own_lock_of_array_element(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_list_node *l;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	l = bpf_list_pop_front(&v->head);
	bpf_spin_unlock(&v->lock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int one_lock_for_two_heads(struct __sk_buff *ctx)
{
	int key = 0;
	struct bpf_list_node *l, *l2;
	struct val *v;

	v = bpf_map_lookup_elem(&hash, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	l = bpf_list_pop_front(&v->head);
	l2 = bpf_list_pop_front(&v->head2);
	bpf_spin_unlock(&v->lock);
	if (l2)
		bpf_obj_drop(container_of(l2, struct item, list));
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int own_lock_of_section(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&glock);
	l = bpf_list_pop_front(&ghead);
	bpf_spin_unlock(&glock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int own_lock_of_object(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;
	struct holder *h = bpf_obj_new(struct holder);

	if (!h)
		return 0;
	bpf_spin_lock(&h->lock);
	l = bpf_list_pop_front(&h->head);
	bpf_spin_unlock(&h->lock);
	bpf_obj_drop(h);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int own_lock_of_inner_value(struct __sk_buff *ctx)
{
	int key = 0;
	struct bpf_list_node *l;
	struct val *v;
	void *map = bpf_map_lookup_elem(&outer, &key);

	if (!map)
		return 0;
	v = bpf_map_lookup_elem(map, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	l = bpf_list_pop_front(&v->head);
	bpf_spin_unlock(&v->lock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

/* No lock */

SEC("?tc")
int push_front_without_lock(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_list_push_front(&ghead, &n->list);
	return 0;
}

SEC("?tc")
int push_back_without_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n;

	v = bpf_map_lookup_elem(&hash, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_list_push_back(&v->head, &n->list);
	return 0;
}

SEC("?tc")
int pop_front_without_lock(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	l = bpf_list_pop_front(&ghead);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int pop_back_without_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_list_node *l;

	v = bpf_map_lookup_elem(&hash, &key);
	if (!v)
		return 0;
	l = bpf_list_pop_back(&v->head2);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int front_without_lock(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	l = bpf_list_front(&ghead);
	return l != NULL;
}

SEC("?tc")
int back_without_lock(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	l = bpf_list_back(&ghead);
	return l != NULL;
}

SEC("?tc")
int add_without_lock(struct __sk_buff *ctx)
{
	struct tree_item *n;

	n = bpf_obj_new(struct tree_item);
	if (!n)
		return 0;
	bpf_rbtree_add(&groot, &n->rb, less);
	return 0;
}

SEC("?tc")
int first_without_lock(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	rb = bpf_rbtree_first(&groot);
	return rb != NULL;
}

SEC("?tc")
int root_without_lock(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	rb = bpf_rbtree_root(&groot);
	return rb != NULL;
}

SEC("?tc")
int first_of_value_without_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_rb_node *rb;

	v = bpf_map_lookup_elem(&hash, &key);
	if (!v)
		return 0;
	rb = bpf_rbtree_first(&v->root);
	return rb != NULL;
}

SEC("?tc")
int object_without_lock(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;
	struct holder *h = bpf_obj_new(struct holder);

	if (!h)
		return 0;
	l = bpf_list_pop_front(&h->head);
	bpf_obj_drop(h);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int after_unlock(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	l = bpf_list_pop_front(&ghead);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

/* Another lock */

SEC("?tc")
int lock_of_other_section(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&glock2);
	l = bpf_list_pop_front(&ghead);
	bpf_spin_unlock(&glock2);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int lock_without_a_head(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&lonely);
	l = bpf_list_pop_front(&ghead);
	bpf_spin_unlock(&lonely);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int push_under_lock_of_other_section(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&glock2);
	bpf_list_push_back(&ghead, &n->list);
	bpf_spin_unlock(&glock2);
	return 0;
}

SEC("?tc")
int add_under_lock_of_other_section(struct __sk_buff *ctx)
{
	struct tree_item *n;

	n = bpf_obj_new(struct tree_item);
	if (!n)
		return 0;
	bpf_spin_lock(&glock2);
	bpf_rbtree_add(&groot, &n->rb, less);
	bpf_spin_unlock(&glock2);
	return 0;
}

SEC("?tc")
int first_under_lock_of_other_section(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&glock2);
	rb = bpf_rbtree_first(&groot);
	bpf_spin_unlock(&glock2);
	return 0;
}

SEC("?tc")
int lock_of_value_for_global(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_list_node *l;

	v = bpf_map_lookup_elem(&hash, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	l = bpf_list_pop_front(&ghead);
	bpf_spin_unlock(&v->lock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int global_lock_for_value(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_list_node *l;

	v = bpf_map_lookup_elem(&hash, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&glock);
	l = bpf_list_pop_front(&v->head);
	bpf_spin_unlock(&glock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int lock_of_other_element(struct __sk_buff *ctx)
{
	int key = 0, key2 = 1;
	struct bpf_list_node *l;
	struct val *v, *w;

	v = bpf_map_lookup_elem(&hash, &key);
	if (!v)
		return 0;
	w = bpf_map_lookup_elem(&hash, &key2);
	if (!w)
		return 0;
	bpf_spin_lock(&w->lock);
	l = bpf_list_pop_front(&v->head);
	bpf_spin_unlock(&w->lock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

/* The same element: the verifier can't tell. */
SEC("?tc")
int lock_of_second_lookup(struct __sk_buff *ctx)
{
	int key = 0;
	struct bpf_list_node *l;
	struct val *v, *w;

	v = bpf_map_lookup_elem(&hash, &key);
	if (!v)
		return 0;
	w = bpf_map_lookup_elem(&hash, &key);
	if (!w)
		return 0;
	bpf_spin_lock(&w->lock);
	l = bpf_list_pop_front(&v->head);
	bpf_spin_unlock(&w->lock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int lock_of_other_map(struct __sk_buff *ctx)
{
	int key = 0;
	struct bpf_list_node *l;
	struct val *v, *w;

	v = bpf_map_lookup_elem(&hash, &key);
	if (!v)
		return 0;
	w = bpf_map_lookup_elem(&array, &key);
	if (!w)
		return 0;
	bpf_spin_lock(&w->lock);
	l = bpf_list_pop_front(&v->head);
	bpf_spin_unlock(&w->lock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int lock_of_other_object(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;
	struct holder *h, *i;

	h = bpf_obj_new(struct holder);
	if (!h)
		return 0;
	i = bpf_obj_new(struct holder);
	if (!i) {
		bpf_obj_drop(h);
		return 0;
	}
	bpf_spin_lock(&h->lock);
	l = bpf_list_pop_front(&i->head);
	bpf_spin_unlock(&h->lock);
	bpf_obj_drop(h);
	bpf_obj_drop(i);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int lock_of_other_inner_map(struct __sk_buff *ctx)
{
	int key = 0, key2 = 1;
	struct bpf_list_node *l;
	struct val *v, *w;
	void *map, *map2;

	map = bpf_map_lookup_elem(&outer, &key);
	if (!map)
		return 0;
	map2 = bpf_map_lookup_elem(&outer, &key2);
	if (!map2)
		return 0;
	v = bpf_map_lookup_elem(map, &key);
	if (!v)
		return 0;
	w = bpf_map_lookup_elem(map2, &key);
	if (!w)
		return 0;
	bpf_spin_lock(&w->lock);
	l = bpf_list_pop_front(&v->head);
	bpf_spin_unlock(&w->lock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

/* What is a head */

SEC("?tc")
int head_in_untested_value(struct __sk_buff *ctx)
{
	int key = 0;
	struct bpf_list_node *l;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	bpf_spin_lock(&glock);
	l = bpf_list_pop_front((void *)v);
	bpf_spin_unlock(&glock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int head_in_non_owning_object(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;
	struct kept_holder *h = bpf_obj_new(struct kept_holder);

	if (!h)
		return 0;
	bpf_spin_lock(&dlock);
	bpf_list_push_back(&dhead, &h->list);
	l = bpf_list_pop_front(&h->head);
	bpf_spin_unlock(&dlock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int push_to_head_in_non_owning_object(struct __sk_buff *ctx)
{
	struct item *n;
	struct kept_holder *h = bpf_obj_new(struct kept_holder);

	if (!h)
		return 0;
	n = bpf_obj_new(struct item);
	if (!n) {
		bpf_obj_drop(h);
		return 0;
	}
	bpf_spin_lock(&dlock);
	bpf_list_push_back(&dhead, &h->list);
	bpf_list_push_back(&h->head, &n->list);
	bpf_spin_unlock(&dlock);
	return 0;
}

SEC("?tc")
int no_head_at_data(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_list_node *l;

	v = bpf_map_lookup_elem(&hash, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	l = bpf_list_pop_front((void *)&v->data);
	bpf_spin_unlock(&v->lock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int no_head_at_lock(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&glock);
	l = bpf_list_pop_front((void *)&glock);
	bpf_spin_unlock(&glock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int no_head_inside_head(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_list_node *l;

	v = bpf_map_lookup_elem(&hash, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	l = bpf_list_pop_front((void *)&v->head + 8);
	bpf_spin_unlock(&v->lock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int no_root_at_data(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&glock);
	rb = bpf_rbtree_first((void *)&gdata);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int no_root_inside_root(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_rb_node *rb;

	v = bpf_map_lookup_elem(&hash, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	rb = bpf_rbtree_first((void *)&v->root + 8);
	bpf_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int no_head_in_object(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;
	struct holder *h = bpf_obj_new(struct holder);

	if (!h)
		return 0;
	bpf_spin_lock(&h->lock);
	l = bpf_list_pop_front((void *)h);
	bpf_spin_unlock(&h->lock);
	bpf_obj_drop(h);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

char _license[] SEC("license") = "GPL";
