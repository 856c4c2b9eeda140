/* SPDX-License-Identifier: Apache-2.0 */
/* Taking and releasing a bpf_spin_lock: what may be a lock, and which lock is released. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct val {
	int data;
	struct bpf_spin_lock lock;
	int more;
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

struct deep {
	int data;
	struct {
		int more;
		struct bpf_spin_lock lock;
	} in;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct deep);
} deep SEC(".maps");

struct plain {
	int a;
	int b;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct plain);
} lockless SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, 16);
} bytes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, 16);
} hash_of_bytes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

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

struct object {
	int data;
	struct bpf_spin_lock lock;
};

struct item {
	struct bpf_list_node list;
	struct bpf_spin_lock lock;
	int data;
};

struct lockless_object {
	struct bpf_refcount ref;
	int data;
};

private(A) int before;
private(A) struct bpf_spin_lock glock;
private(A) struct bpf_list_head ghead __contains(item, list);
private(B) struct bpf_spin_lock glock2;
private(B) int after;
private(C) int nolock;

/* What may be locked */

SEC("?tc")
int array_value(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&array, &key);

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	v->data++;
	bpf_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int hash_value(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	v->data++;
	bpf_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int inner_value(struct __sk_buff *ctx)
{
	int key = 0;
	void *map = bpf_map_lookup_elem(&outer, &key);
	struct val *v;

	if (!map)
		return 0;
	v = bpf_map_lookup_elem(map, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int global(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	before++;
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int object(struct __sk_buff *ctx)
{
	struct object *o = bpf_obj_new(struct object);

	if (!o)
		return 0;
	bpf_spin_lock(&o->lock);
	o->data = 1;
	bpf_spin_unlock(&o->lock);
	bpf_obj_drop(o);
	return 0;
}

SEC("?tc")
int lock_in_nested_struct(struct __sk_buff *ctx)
{
	int key = 0;
	struct deep *v = bpf_map_lookup_elem(&deep, &key);

	if (!v)
		return 0;
	bpf_spin_lock(&v->in.lock);
	bpf_spin_unlock(&v->in.lock);
	return 0;
}

SEC("?tc")
int untested_value(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct bpf_spin_lock *lock = (void *)v;

	bpf_spin_lock(lock);
	bpf_spin_unlock(lock);
	return 0;
}

/* A constant key within an array is never missing. */
SEC("?tc")
int untested_value_at_constant_key(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&array, &key);

	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&v->lock);
	return 0;
}

/* A key that is not zero is known only in the low half of a stack slot. */
SEC("?tc")
int untested_value_at_key_in_high_half(struct __sk_buff *ctx)
{
	int key = 1;
	struct val *v = bpf_map_lookup_elem(&array, &key);

	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int untested_value_at_key_in_low_half(struct __sk_buff *ctx)
{
	int keys[2];
	struct val *v;

	keys[0] = 1;
	v = bpf_map_lookup_elem(&array, keys);
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&v->lock);
	return 0;
}

static __noinline int locks_at(int *keys)
{
	struct val *v = bpf_map_lookup_elem(&array, keys);

	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int untested_value_at_key_of_caller(struct __sk_buff *ctx)
{
	int keys[2];

	keys[0] = 1;
	return locks_at(keys);
}

SEC("?tc")
int untested_value_at_key_in_high_half_of_caller(struct __sk_buff *ctx)
{
	int keys[2];

	keys[1] = 1;
	return locks_at(keys + 1);
}

SEC("?tc")
int untested_object(struct __sk_buff *ctx)
{
	struct object *o = bpf_obj_new(struct object);

	bpf_spin_lock(&o->lock);
	bpf_spin_unlock(&o->lock);
	return 0;
}

/* An object that a list has taken is no longer ours to lock. */
SEC("?tc")
int non_owning_object(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	bpf_spin_lock(&glock);
	bpf_list_push_back(&ghead, &n->list);
	bpf_spin_unlock(&n->lock);
	return 0;
}

/* Where in the value the lock is */

/* A scalar with one possible value is a constant offset. */
SEC("?tc")
int known_offset(struct __sk_buff *ctx)
{
	int key = 0;
	__u64 off;
	struct val *v = bpf_map_lookup_elem(&array, &key);

	if (!v)
		return 0;
	off = 4;
	barrier_var(off);
	bpf_spin_lock((void *)v + off);
	bpf_spin_unlock((void *)v + off);
	return 0;
}

SEC("?tc")
int before_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&array, &key);

	if (!v)
		return 0;
	bpf_spin_lock((void *)&v->data);
	bpf_spin_unlock((void *)&v->data);
	return 0;
}

SEC("?tc")
int behind_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	bpf_spin_lock((void *)&v->more);
	bpf_spin_unlock((void *)&v->more);
	return 0;
}

SEC("?tc")
int inside_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&array, &key);

	if (!v)
		return 0;
	bpf_spin_lock((void *)&v->lock + 2);
	bpf_spin_unlock((void *)&v->lock + 2);
	return 0;
}

SEC("?tc")
int beside_lock_of_object(struct __sk_buff *ctx)
{
	struct object *o = bpf_obj_new(struct object);

	if (!o)
		return 0;
	bpf_spin_lock((void *)&o->data);
	bpf_spin_unlock((void *)&o->data);
	bpf_obj_drop(o);
	return 0;
}

SEC("?tc")
int global_beside_lock(struct __sk_buff *ctx)
{
	bpf_spin_lock((void *)&after);
	bpf_spin_unlock((void *)&after);
	return 0;
}

SEC("?tc")
int unlock_beside_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&array, &key);

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock((void *)&v->data);
	return 0;
}

/* Whether there is a lock */

SEC("?tc")
int map_without_btf(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&bytes, &key);

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int hash_without_btf(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash_of_bytes, &key);

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int map_without_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct plain *v = bpf_map_lookup_elem(&lockless, &key);

	if (!v)
		return 0;
	bpf_spin_lock((void *)&v->a);
	bpf_spin_unlock((void *)&v->a);
	return 0;
}

SEC("?tc")
int section_without_lock(struct __sk_buff *ctx)
{
	bpf_spin_lock((void *)&nolock);
	bpf_spin_unlock((void *)&nolock);
	return 0;
}

SEC("?tc")
int object_without_lock(struct __sk_buff *ctx)
{
	struct lockless_object *o = bpf_obj_new(struct lockless_object);

	if (!o)
		return 0;
	bpf_spin_lock((void *)&o->data);
	bpf_spin_unlock((void *)&o->data);
	bpf_obj_drop(o);
	return 0;
}

SEC("?tc")
int object_of_plain_bytes(struct __sk_buff *ctx)
{
	struct plain *o = bpf_obj_new(struct plain);

	if (!o)
		return 0;
	bpf_spin_lock((void *)&o->b);
	bpf_spin_unlock((void *)&o->b);
	bpf_obj_drop(o);
	return 0;
}

/* Which lock is released */

SEC("?tc")
int unlock_through_copy(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&array, &key), *copy;

	if (!v)
		return 0;
	copy = v;
	barrier_var(copy);
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&copy->lock);
	return 0;
}

SEC("?tc")
int one_after_the_other(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&array, &key);

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&v->lock);
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&v->lock);
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int unlock_on_both_branches(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	if (ctx->len) {
		before++;
		bpf_spin_unlock(&glock);
		return 1;
	}
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int unlock_nothing(struct __sk_buff *ctx)
{
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int unlock_value_without_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&array, &key);

	if (!v)
		return 0;
	bpf_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int unlock_twice(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int lock_on_one_branch_only(struct __sk_buff *ctx)
{
	if (ctx->len)
		bpf_spin_lock(&glock);
	barrier_var(ctx);
	bpf_spin_unlock(&glock);
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
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&w->lock);
	return 0;
}

/* The same element, looked up twice: the verifier can't tell. */
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
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&w->lock);
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
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&w->lock);
	return 0;
}

SEC("?tc")
int unlock_other_inner_map(struct __sk_buff *ctx)
{
	int key = 0, key2 = 1;
	void *map, *map2;
	struct val *v, *w;

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
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&w->lock);
	return 0;
}

SEC("?tc")
int unlock_global_for_value(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&array, &key);

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int unlock_other_section(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock2);
	return 0;
}

SEC("?tc")
int unlock_other_object(struct __sk_buff *ctx)
{
	struct object *o, *p;

	o = bpf_obj_new(struct object);
	if (!o)
		return 0;
	p = bpf_obj_new(struct object);
	if (!p) {
		bpf_obj_drop(o);
		return 0;
	}
	bpf_spin_lock(&o->lock);
	bpf_spin_unlock(&p->lock);
	bpf_obj_drop(o);
	bpf_obj_drop(p);
	return 0;
}

/* A global is one element: every load of its address has the id 0. */
SEC("?tc")
int two_loads_of_global(struct __sk_buff *ctx)
{
	struct bpf_spin_lock *lock = &glock, *again = &glock;

	barrier_var(lock);
	barrier_var(again);
	bpf_spin_lock(lock);
	bpf_spin_unlock(again);
	return 0;
}

char _license[] SEC("license") = "GPL";
