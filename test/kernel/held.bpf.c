/* SPDX-License-Identifier: Apache-2.0 */
/* While a bpf_spin_lock is held: what may be called, and what must not end. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct item {
	struct bpf_list_node list;
	struct bpf_refcount ref;
	int data;
};

struct tree_item {
	struct bpf_rb_node rb;
	int data;
};

struct object {
	int data;
	struct bpf_spin_lock lock;
};

typedef struct item item_t;

struct val {
	struct bpf_spin_lock lock;
	int data;
	item_t __kptr *stash;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct val);
} array SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct val);
} hash SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, 4);
} tails SEC(".maps");

private(A) struct bpf_spin_lock glock;
private(A) struct bpf_list_head ghead __contains(item, list);
private(A) struct bpf_rb_root groot __contains(tree_item, rb);
private(B) struct bpf_spin_lock glock2;
private(C) int counter;

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct tree_item, rb)->data < container_of(b, struct tree_item, rb)->data;
}

/* Memory may be read and written, also what has no lock. */
SEC("?tc")
int loads_and_stores(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	bpf_spin_lock(&glock);
	v->data = ctx->len;
	counter += v->data;
	__sync_fetch_and_add(&counter, 1);
	bpf_spin_unlock(&glock);
	return 0;
}

/* The data of a value needs no lock. */
SEC("?tc")
int data_without_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	v->data++;
	return 0;
}

/* Helpers */

SEC("?tc")
int lookup(struct __sk_buff *ctx)
{
	int key = 0;

	bpf_spin_lock(&glock);
	if (bpf_map_lookup_elem(&hash, &key))
		counter++;
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int lookup_before(struct __sk_buff *ctx)
{
	int key = 0;
	void *v = bpf_map_lookup_elem(&hash, &key);

	bpf_spin_lock(&glock);
	if (v)
		counter++;
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int delete(struct __sk_buff *ctx)
{
	int key = 0;

	bpf_spin_lock(&glock);
	bpf_map_delete_elem(&hash, &key);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int clock(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	counter = bpf_ktime_get_ns();
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int random(struct __sk_buff *ctx)
{
	struct object *o = bpf_obj_new(struct object);

	if (!o)
		return 0;
	bpf_spin_lock(&o->lock);
	o->data = bpf_get_prandom_u32();
	bpf_spin_unlock(&o->lock);
	bpf_obj_drop(o);
	return 0;
}

SEC("?tc")
int second_lock(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_lock(&glock2);
	bpf_spin_unlock(&glock2);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int same_lock_again(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int lock_of_value_and_global(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	bpf_spin_unlock(&v->lock);
	return 0;
}

static int nothing(__u32 i, void *ctx)
{
	return 0;
}

SEC("?tc")
int loop(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	bpf_loop(2, nothing, NULL, 0);
	bpf_spin_unlock(&glock);
	return 0;
}

static long each_value(struct bpf_map *map, int *key, struct val *v, void *ctx)
{
	v->data++;
	return 0;
}

SEC("?tc")
int for_each(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	bpf_for_each_map_elem(&hash, each_value, NULL, 0);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int exchange(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct item *old;

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	old = bpf_kptr_xchg(&v->stash, NULL);
	bpf_spin_unlock(&v->lock);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("?tc")
int exchange_before(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct item *old;

	if (!v)
		return 0;
	old = bpf_kptr_xchg(&v->stash, NULL);
	bpf_spin_lock(&v->lock);
	v->data++;
	bpf_spin_unlock(&v->lock);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("?tc")
int tail_call(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	bpf_tail_call(ctx, &tails, 0);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int tail_call_after(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	bpf_tail_call(ctx, &tails, 0);
	return 0;
}

/* Kfuncs */

SEC("?tc")
int push(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	bpf_spin_lock(&glock);
	bpf_list_push_front(&ghead, &n->list);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int pop(struct __sk_buff *ctx)
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
int add(struct __sk_buff *ctx)
{
	struct tree_item *n = bpf_obj_new(struct tree_item);

	if (!n)
		return 0;
	bpf_spin_lock(&glock);
	bpf_rbtree_add(&groot, &n->rb, less);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int first_and_remove(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&glock);
	rb = bpf_rbtree_first(&groot);
	if (!rb) {
		bpf_spin_unlock(&glock);
		return 0;
	}
	rb = bpf_rbtree_remove(&groot, rb);
	bpf_spin_unlock(&glock);
	if (rb)
		bpf_obj_drop(container_of(rb, struct tree_item, rb));
	return 0;
}

/* Since 6.16. */
SEC("?tc")
int list_front(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&glock);
	l = bpf_list_front(&ghead);
	if (l)
		counter = container_of(l, struct item, list)->data;
	bpf_spin_unlock(&glock);
	return 0;
}

/* Since 6.16. */
SEC("?tc")
int list_back(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&glock);
	l = bpf_list_back(&ghead);
	if (l)
		counter = container_of(l, struct item, list)->data;
	bpf_spin_unlock(&glock);
	return 0;
}

/* Since 6.16. */
SEC("?tc")
int rbtree_root(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	bpf_spin_lock(&glock);
	rb = bpf_rbtree_root(&groot);
	if (rb)
		counter = container_of(rb, struct tree_item, rb)->data;
	bpf_spin_unlock(&glock);
	return 0;
}

/* Since 6.16. */
SEC("?tc")
int rbtree_left_and_right(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb, *down;

	bpf_spin_lock(&glock);
	rb = bpf_rbtree_root(&groot);
	if (rb) {
		down = bpf_rbtree_left(&groot, rb);
		if (down)
			counter = container_of(down, struct tree_item, rb)->data;
		down = bpf_rbtree_right(&groot, rb);
		if (down)
			counter = container_of(down, struct tree_item, rb)->data;
	}
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int acquire(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item), *m;

	if (!n)
		return 0;
	bpf_spin_lock(&glock);
	m = bpf_refcount_acquire(n);
	bpf_spin_unlock(&glock);
	bpf_obj_drop(m);
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int new(struct __sk_buff *ctx)
{
	struct item *n;

	bpf_spin_lock(&glock);
	n = bpf_obj_new(struct item);
	bpf_spin_unlock(&glock);
	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int drop(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	bpf_spin_lock(&glock);
	bpf_obj_drop(n);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int drop_popped(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&glock);
	l = bpf_list_pop_back(&ghead);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int rcu_lock(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int rcu_unlock(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	bpf_spin_lock(&glock);
	bpf_rcu_read_unlock();
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int preempt_disable(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	bpf_preempt_disable();
	bpf_preempt_enable();
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int irq_save(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_spin_lock(&glock);
	bpf_local_irq_save(&flags);
	bpf_local_irq_restore(&flags);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int throw(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	if (ctx->len)
		bpf_throw(0);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int throw_after(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	if (ctx->len)
		bpf_throw(0);
	return 0;
}

/* Ends */

SEC("?tc")
int exit_locked(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	counter++;
	return 0;
}

SEC("?tc")
int exit_locked_on_one_branch(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	if (v->data)
		return 1;
	bpf_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int exit_with_object_locked(struct __sk_buff *ctx)
{
	struct object *o = bpf_obj_new(struct object);

	if (!o)
		return 0;
	bpf_spin_lock(&o->lock);
	return 0;
}

/* Lock and reference are both left over: the lock is told. */
SEC("?tc")
int exit_with_lock_and_reference(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	bpf_spin_lock(&glock);
	return 0;
}

SEC("?tc")
int exit_with_lock_and_rcu(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	bpf_spin_lock(&glock);
	return 0;
}

char _license[] SEC("license") = "GPL";
