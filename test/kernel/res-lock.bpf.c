/* SPDX-License-Identifier: Apache-2.0 */
/* Locks that may fail (bpf_res_spin_lock), since 6.15. */
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
	struct bpf_res_spin_lock lock;
	int data;
};

struct spin_val {
	struct bpf_spin_lock lock;
	int data;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 3);
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
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct spin_val);
} spin SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, 16);
} bytes SEC(".maps");

struct object {
	struct bpf_res_spin_lock lock;
	int data;
};

private(A) struct bpf_spin_lock glock;
private(A) struct bpf_list_head ghead __contains(item, list);
private(A) struct bpf_rb_root groot __contains(tree_item, rb);
private(B) struct bpf_res_spin_lock rlock;
private(C) int gdata;

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct tree_item, rb)->data < container_of(b, struct tree_item, rb)->data;
}

/* One lock */

SEC("?tc")
int lock_and_unlock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	v->data++;
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int lock_hash_value(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&hash, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int lock_twice_in_turn(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	bpf_res_spin_unlock(&v->lock);
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int lock_untested_result(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	bpf_res_spin_lock(&v->lock);
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int unlock_on_failure(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock)) {
		bpf_res_spin_unlock(&v->lock);
		return 0;
	}
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int unlock_nothing(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int unlock_twice(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	bpf_res_spin_unlock(&v->lock);
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int unlock_other_element(struct __sk_buff *ctx)
{
	int key = 0, key2 = 1;
	struct val *v, *w;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	w = bpf_map_lookup_elem(&array, &key2);
	if (!w)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	bpf_res_spin_unlock(&w->lock);
	return 0;
}

SEC("?tc")
int unlock_other_map(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v, *w;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	w = bpf_map_lookup_elem(&hash, &key);
	if (!w)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	bpf_res_spin_unlock(&w->lock);
	return 0;
}

SEC("?tc")
int unlock_second_lookup(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v, *w;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	w = bpf_map_lookup_elem(&array, &key);
	if (!w)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	bpf_res_spin_unlock(&w->lock);
	return 0;
}

SEC("?tc")
int exit_locked(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	return 0;
}

SEC("?tc")
int exit_locked_on_one_branch(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	if (v->data)
		return 1;
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int exit_with_one_of_two(struct __sk_buff *ctx)
{
	int key = 0, key2 = 1;
	struct val *v, *w;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	w = bpf_map_lookup_elem(&array, &key2);
	if (!w)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	if (bpf_res_spin_lock(&w->lock)) {
		bpf_res_spin_unlock(&v->lock);
		return 0;
	}
	bpf_res_spin_unlock(&w->lock);
	return 0;
}

SEC("?tc")
int global(struct __sk_buff *ctx)
{
	if (bpf_res_spin_lock(&rlock))
		return 0;
	gdata++;
	bpf_res_spin_unlock(&rlock);
	return 0;
}

/* What may be such a lock */

SEC("?tc")
int untested_value(struct __sk_buff *ctx)
{
	int key = 0;
	void *v = bpf_map_lookup_elem(&hash, &key);

	if (bpf_res_spin_lock(v))
		return 0;
	bpf_res_spin_unlock(v);
	return 0;
}

/* An object may have one, and nobody can take it. */
SEC("?tc")
int object(struct __sk_buff *ctx)
{
	struct object *o = bpf_obj_new(struct object);

	if (!o)
		return 0;
	if (!bpf_res_spin_lock(&o->lock))
		bpf_res_spin_unlock(&o->lock);
	bpf_obj_drop(o);
	return 0;
}

SEC("?tc")
int object_unlock(struct __sk_buff *ctx)
{
	struct object *o = bpf_obj_new(struct object);

	if (!o)
		return 0;
	bpf_res_spin_unlock(&o->lock);
	bpf_obj_drop(o);
	return 0;
}

SEC("?tc")
int beside_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock((void *)&v->data))
		return 0;
	bpf_res_spin_unlock((void *)&v->data);
	return 0;
}

SEC("?tc")
int unlock_beside_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	bpf_res_spin_unlock((void *)&v->data);
	return 0;
}

SEC("?tc")
int map_without_btf(struct __sk_buff *ctx)
{
	int key = 0;
	void *v;

	v = bpf_map_lookup_elem(&bytes, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(v))
		return 0;
	bpf_res_spin_unlock(v);
	return 0;
}

SEC("?tc")
int unlock_in_map_without_btf(struct __sk_buff *ctx)
{
	int key = 0;
	void *v;

	v = bpf_map_lookup_elem(&bytes, &key);
	if (!v)
		return 0;
	bpf_res_spin_unlock(v);
	return 0;
}

SEC("?tc")
int lock_of_the_other_kind(struct __sk_buff *ctx)
{
	int key = 0;
	struct spin_val *v;

	v = bpf_map_lookup_elem(&spin, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock((void *)&v->lock))
		return 0;
	bpf_res_spin_unlock((void *)&v->lock);
	return 0;
}

SEC("?tc")
int global_of_the_other_kind(struct __sk_buff *ctx)
{
	if (bpf_res_spin_lock((void *)&glock))
		return 0;
	bpf_res_spin_unlock((void *)&glock);
	return 0;
}

SEC("?tc")
int plain_lock_of_this_kind(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	bpf_spin_lock((void *)&v->lock);
	bpf_spin_unlock((void *)&v->lock);
	return 0;
}

SEC("?tc")
int plain_unlock_of_this_kind(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	bpf_spin_unlock((void *)&v->lock);
	return 0;
}

SEC("?tc")
int read_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	v->data = *(__u32 *)&v->lock;
	return 0;
}

SEC("?tc")
int write_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&hash, &key);
	if (!v)
		return 0;
	*(__u32 *)&v->lock = 0;
	return 0;
}

/* Several locks: the last is released first */

SEC("?tc")
int two_elements(struct __sk_buff *ctx)
{
	int key = 0, key2 = 1;
	struct val *v, *w;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	w = bpf_map_lookup_elem(&array, &key2);
	if (!w)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	if (bpf_res_spin_lock(&w->lock)) {
		bpf_res_spin_unlock(&v->lock);
		return 0;
	}
	bpf_res_spin_unlock(&w->lock);
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

/* The verifier can't tell; at run time the second fails. */
SEC("?tc")
int two_lookups_of_one_element(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v, *w;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	w = bpf_map_lookup_elem(&array, &key);
	if (!w)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	if (bpf_res_spin_lock(&w->lock)) {
		bpf_res_spin_unlock(&v->lock);
		return 0;
	}
	bpf_res_spin_unlock(&w->lock);
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int two_maps(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v, *w;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	w = bpf_map_lookup_elem(&hash, &key);
	if (!w)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	if (bpf_res_spin_lock(&w->lock)) {
		bpf_res_spin_unlock(&v->lock);
		return 0;
	}
	bpf_res_spin_unlock(&w->lock);
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int two_out_of_order(struct __sk_buff *ctx)
{
	int key = 0, key2 = 1;
	struct val *v, *w;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	w = bpf_map_lookup_elem(&array, &key2);
	if (!w)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	if (bpf_res_spin_lock(&w->lock)) {
		bpf_res_spin_unlock(&v->lock);
		return 0;
	}
	bpf_res_spin_unlock(&v->lock);
	bpf_res_spin_unlock(&w->lock);
	return 0;
}

SEC("?tc")
int two_maps_out_of_order(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v, *w;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	w = bpf_map_lookup_elem(&hash, &key);
	if (!w)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	if (bpf_res_spin_lock(&w->lock)) {
		bpf_res_spin_unlock(&v->lock);
		return 0;
	}
	bpf_res_spin_unlock(&v->lock);
	bpf_res_spin_unlock(&w->lock);
	return 0;
}

SEC("?tc")
int three(struct __sk_buff *ctx)
{
	int key = 0, key2 = 1, key3 = 2;
	struct val *v, *w, *x;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	w = bpf_map_lookup_elem(&array, &key2);
	if (!w)
		return 0;
	x = bpf_map_lookup_elem(&array, &key3);
	if (!x)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	if (bpf_res_spin_lock(&w->lock)) {
		bpf_res_spin_unlock(&v->lock);
		return 0;
	}
	if (bpf_res_spin_lock(&x->lock)) {
		bpf_res_spin_unlock(&w->lock);
		bpf_res_spin_unlock(&v->lock);
		return 0;
	}
	bpf_res_spin_unlock(&x->lock);
	bpf_res_spin_unlock(&w->lock);
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int same_again(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	if (bpf_res_spin_lock(&v->lock)) {
		bpf_res_spin_unlock(&v->lock);
		return 0;
	}
	bpf_res_spin_unlock(&v->lock);
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int same_again_behind_another(struct __sk_buff *ctx)
{
	int key = 0, key2 = 1;
	struct val *v, *w;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	w = bpf_map_lookup_elem(&array, &key2);
	if (!w)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	if (bpf_res_spin_lock(&w->lock)) {
		bpf_res_spin_unlock(&v->lock);
		return 0;
	}
	if (bpf_res_spin_lock(&v->lock)) {
		bpf_res_spin_unlock(&w->lock);
		bpf_res_spin_unlock(&v->lock);
		return 0;
	}
	bpf_res_spin_unlock(&v->lock);
	bpf_res_spin_unlock(&w->lock);
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int same_again_through_copy(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct val *copy;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	copy = v;
	barrier_var(copy);
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	if (bpf_res_spin_lock(&copy->lock)) {
		bpf_res_spin_unlock(&v->lock);
		return 0;
	}
	bpf_res_spin_unlock(&copy->lock);
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

/* Both kinds of locks */

SEC("?tc")
int under_spin_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&glock);
	if (!bpf_res_spin_lock(&v->lock))
		bpf_res_spin_unlock(&v->lock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int spin_lock_under_it(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int spin_unlock_first(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&glock);
	if (bpf_res_spin_lock(&v->lock)) {
		bpf_spin_unlock(&glock);
		return 0;
	}
	bpf_spin_unlock(&glock);
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int spin_unlock_without_spin_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	bpf_spin_unlock(&glock);
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int unlock_without_it_under_spin_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&glock);
	bpf_res_spin_unlock(&v->lock);
	bpf_spin_unlock(&glock);
	return 0;
}

/* While it is held */

SEC("?tc")
int helper(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	gdata = bpf_get_prandom_u32();
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int lookup(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	if (bpf_map_lookup_elem(&hash, &key))
		gdata++;
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int new(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	n = bpf_obj_new(struct item);
	bpf_res_spin_unlock(&v->lock);
	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int rcu(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

__noinline int add(int x)
{
	gdata += x;
	return 0;
}

SEC("?tc")
int global_function(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	add(1);
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

static __noinline int count(void)
{
	return gdata++;
}

SEC("?tc")
int static_function(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	count();
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int throw(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	if (ctx->len)
		bpf_throw(0);
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

/* Interrupts */

SEC("?tc")
int irqsave(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	unsigned long flags;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock_irqsave(&v->lock, &flags))
		return 0;
	bpf_res_spin_unlock_irqrestore(&v->lock, &flags);
	return 0;
}

SEC("?tc")
int irqsave_left(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	unsigned long flags;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock_irqsave(&v->lock, &flags))
		return 0;
	return 0;
}

SEC("?tc")
int irqsave_with_plain_unlock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	unsigned long flags;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock_irqsave(&v->lock, &flags))
		return 0;
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int plain_with_irqrestore(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	unsigned long flags = 0;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	bpf_res_spin_unlock_irqrestore(&v->lock, &flags);
	return 0;
}

SEC("?tc")
int irqsave_with_local_restore(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	unsigned long flags;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock_irqsave(&v->lock, &flags))
		return 0;
	bpf_local_irq_restore(&flags);
	bpf_res_spin_unlock_irqrestore(&v->lock, &flags);
	return 0;
}

SEC("?tc")
int local_save_with_irqrestore(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	unsigned long flags;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	bpf_local_irq_save(&flags);
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	bpf_res_spin_unlock_irqrestore(&v->lock, &flags);
	return 0;
}

SEC("?tc")
int irqsave_flags_reused(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	unsigned long flags;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	bpf_local_irq_save(&flags);
	if (bpf_res_spin_lock_irqsave(&v->lock, &flags))
		return 0;
	bpf_res_spin_unlock_irqrestore(&v->lock, &flags);
	return 0;
}

SEC("?tc")
int irqsave_two_flags(struct __sk_buff *ctx)
{
	int key = 0, key2 = 1;
	struct val *v, *w;
	unsigned long flags, flags2;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	w = bpf_map_lookup_elem(&array, &key2);
	if (!w)
		return 0;
	if (bpf_res_spin_lock_irqsave(&v->lock, &flags))
		return 0;
	if (bpf_res_spin_lock_irqsave(&w->lock, &flags2)) {
		bpf_res_spin_unlock_irqrestore(&v->lock, &flags);
		return 0;
	}
	bpf_res_spin_unlock_irqrestore(&w->lock, &flags2);
	bpf_res_spin_unlock_irqrestore(&v->lock, &flags);
	return 0;
}

SEC("?tc")
int irqsave_flags_swapped(struct __sk_buff *ctx)
{
	int key = 0, key2 = 1;
	struct val *v, *w;
	unsigned long flags, flags2;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	w = bpf_map_lookup_elem(&array, &key2);
	if (!w)
		return 0;
	if (bpf_res_spin_lock_irqsave(&v->lock, &flags))
		return 0;
	if (bpf_res_spin_lock_irqsave(&w->lock, &flags2)) {
		bpf_res_spin_unlock_irqrestore(&v->lock, &flags);
		return 0;
	}
	bpf_res_spin_unlock_irqrestore(&w->lock, &flags);
	bpf_res_spin_unlock_irqrestore(&v->lock, &flags2);
	return 0;
}

/* Lists and trees: borrowed pointers, and the comparison */

/* The lock of a list is the one in its section. */
SEC("?tc")
int pop_under_another_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_list_node *l;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	l = bpf_list_pop_front(&ghead);
	bpf_res_spin_unlock(&v->lock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int push_under_another_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	if (bpf_res_spin_lock(&v->lock)) {
		bpf_obj_drop(n);
		return 0;
	}
	bpf_list_push_back(&ghead, &n->list);
	bpf_res_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int pop_under_both(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_list_node *l;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&glock);
	if (!bpf_res_spin_lock(&v->lock))
		bpf_res_spin_unlock(&v->lock);
	l = bpf_list_pop_front(&ghead);
	bpf_spin_unlock(&glock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int pop_of_outer_in_inner(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_list_node *l;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&glock);
	if (bpf_res_spin_lock(&v->lock)) {
		bpf_spin_unlock(&glock);
		return 0;
	}
	l = bpf_list_pop_front(&ghead);
	bpf_res_spin_unlock(&v->lock);
	bpf_spin_unlock(&glock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

/* Every unlock ends all borrowed pointers, also those of the lock that is still held. */
SEC("?tc")
int read_pushed_after_inner_unlock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&glock);
	bpf_list_push_back(&ghead, &n->list);
	if (!bpf_res_spin_lock(&v->lock))
		bpf_res_spin_unlock(&v->lock);
	gdata = n->data;
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int read_front_after_inner_unlock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_list_node *l;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&glock);
	l = bpf_list_front(&ghead);
	if (!l) {
		bpf_spin_unlock(&glock);
		return 0;
	}
	if (!bpf_res_spin_lock(&v->lock))
		bpf_res_spin_unlock(&v->lock);
	gdata = container_of(l, struct item, list)->data;
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int read_pushed_under_both(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&glock);
	bpf_list_push_back(&ghead, &n->list);
	if (bpf_res_spin_lock(&v->lock)) {
		bpf_spin_unlock(&glock);
		return 0;
	}
	gdata = n->data;
	bpf_res_spin_unlock(&v->lock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int less_compares(struct __sk_buff *ctx)
{
	struct tree_item *n;

	n = bpf_obj_new(struct tree_item);
	if (!n)
		return 0;
	bpf_spin_lock(&glock);
	bpf_rbtree_add(&groot, &n->rb, less);
	bpf_spin_unlock(&glock);
	return 0;
}

char _license[] SEC("license") = "GPL";
