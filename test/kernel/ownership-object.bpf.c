/* SPDX-License-Identifier: Apache-2.0 */
/* Objects: allocated, tested, dropped once, and not lost. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct item {
	struct bpf_list_node list;
	int data;
};

struct holder {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(item, list);
};

struct bytes {
	__u64 data;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, __u64);
} numbers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, __u64);
} one_number SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, 4);
} tails SEC(".maps");

private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head head __contains(item, list);
private(B) int gdata;

/* From new to drop */

SEC("?tc")
int new_and_drop(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	n->data = 1;
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int new_plain_struct(struct __sk_buff *ctx)
{
	struct bytes *b = bpf_obj_new(struct bytes);

	if (b)
		bpf_obj_drop(b);
	return 0;
}

SEC("?tc")
int new_holder(struct __sk_buff *ctx)
{
	struct holder *h = bpf_obj_new(struct holder);

	if (h)
		bpf_obj_drop(h);
	return 0;
}

SEC("?tc")
int new_and_push(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, &n->list);
	bpf_spin_unlock(&lock);
	return 0;
}

/* The NULL test */

SEC("?tc")
int read_untested(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);
	int x = n->data;

	if (n)
		bpf_obj_drop(n);
	return x;
}

SEC("?tc")
int write_untested(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	n->data = 1;
	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int drop_untested(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int drop_on_null_branch(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n) {
		bpf_obj_drop(n);
		return 0;
	}
	bpf_obj_drop(n);
	return 0;
}

/* A test of one copy is a test of all. */
SEC("?tc")
int test_through_copy(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item), *m = n;

	barrier_var(m);
	if (!n)
		return 0;
	m->data = 1;
	bpf_obj_drop(m);
	return 0;
}

/* Leaks */

SEC("?tc")
int leak(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	n->data = 1;
	return 0;
}

SEC("?tc")
int leak_untested(struct __sk_buff *ctx)
{
	bpf_obj_new(struct item);
	return 0;
}

SEC("?tc")
int leak_on_one_branch(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	if (ctx->len)
		bpf_obj_drop(n);
	return 0;
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
int leak_second(struct __sk_buff *ctx)
{
	struct item *n, *m;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	m = bpf_obj_new(struct item);
	bpf_obj_drop(n);
	return m != NULL;
}

static __noinline int keep(void)
{
	struct item *n = bpf_obj_new(struct item);

	return n ? n->data : gdata;
}

SEC("?tc")
int leak_in_static(struct __sk_buff *ctx)
{
	return keep();
}

static int keep_one(__u32 i, void *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	return n && n->data;
}

SEC("?tc")
int leak_in_loop(struct __sk_buff *ctx)
{
	bpf_loop(2, keep_one, NULL, 0);
	return 0;
}

static int make_one(__u32 i, void *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int new_and_drop_in_loop(struct __sk_buff *ctx)
{
	bpf_loop(2, make_one, NULL, 0);
	return 0;
}

static __noinline int give_away(struct item *n)
{
	bpf_obj_drop(n);
	return gdata;
}

SEC("?tc")
int drop_in_static(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	give_away(n);
	return 0;
}

static int drop_it(__u32 i, struct item **n)
{
	bpf_obj_drop(*n);
	return 0;
}

/* A callback does not release what its caller holds. */
SEC("?tc")
int drop_of_caller_in_loop(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_loop(1, drop_it, &n, 0);
	return 0;
}

SEC("?tc")
int leak_at_tail_call(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_tail_call(ctx, &tails, 0);
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int leak_untested_at_tail_call(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	bpf_tail_call(ctx, &tails, 0);
	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int leak_at_throw(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	if (ctx->len)
		bpf_throw(0);
	bpf_obj_drop(n);
	return 0;
}

static __noinline int throws(int x)
{
	if (x)
		bpf_throw(0);
	return gdata;
}

SEC("?tc")
int leak_at_throw_in_static(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	throws(ctx->len);
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int throw_after_drop(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_obj_drop(n);
	if (ctx->len)
		bpf_throw(0);
	return 0;
}

/* What is dropped */

SEC("?tc")
int drop_twice(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_obj_drop(n);
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int drop_copy_after(struct __sk_buff *ctx)
{
	struct item *n, *m;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	m = n;
	barrier_var(m);
	bpf_obj_drop(n);
	bpf_obj_drop(m);
	return 0;
}

SEC("?tc")
int drop_inside(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_obj_drop((void *)n + 8);
	return 0;
}

SEC("?tc")
int drop_member(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_obj_drop(&n->data);
	return 0;
}

SEC("?tc")
int drop_map_value(struct __sk_buff *ctx)
{
	int key = 0;
	__u64 *v = bpf_map_lookup_elem(&numbers, &key);

	if (v)
		bpf_obj_drop(v);
	return 0;
}

/* Gone */

SEC("?tc")
int read_after_drop(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_obj_drop(n);
	return n->data;
}

SEC("?tc")
int write_after_drop(struct __sk_buff *ctx)
{
	struct item *n, *m;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	m = n;
	barrier_var(m);
	bpf_obj_drop(n);
	m->data = 1;
	return 0;
}

SEC("?tc")
int push_after_drop(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_obj_drop(n);
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, &n->list);
	bpf_spin_unlock(&lock);
	return 0;
}

/* Ways out of callbacks */

static int throws_each(__u32 i, void *ctx)
{
	bpf_throw(0);
	return 0;
}

static __noinline int throws_below(int x)
{
	if (x)
		bpf_throw(0);
	return gdata;
}

static int calls_what_throws(__u32 i, void *ctx)
{
	throws_below(i);
	return 0;
}

SEC("?tc")
int throw_in_callback(struct __sk_buff *ctx)
{
	bpf_loop(4, throws_each, NULL, 0);
	return 0;
}

SEC("?tc")
int throw_in_static_called_by_callback(struct __sk_buff *ctx)
{
	bpf_loop(4, calls_what_throws, NULL, 0);
	return 0;
}

SEC("?tc")
int throw_in_static(struct __sk_buff *ctx)
{
	throws_below(ctx->len);
	return 0;
}

/* An invalidated pointer that is tested twice is a number that is tested twice. */
SEC("?tc")
int test_twice_after_unlock(struct __sk_buff *ctx)
{
	struct bpf_list_node *old;
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_front(&head, &n->list);
	old = &n->list;
	bpf_spin_unlock(&lock);
	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	barrier_var(old);
	if (old)
		bpf_obj_drop(n);
	barrier_var(old);
	if (!old)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int test_twice_after_unlock_and_drop_twice(struct __sk_buff *ctx)
{
	struct bpf_list_node *old;
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_front(&head, &n->list);
	old = &n->list;
	bpf_spin_unlock(&lock);
	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	barrier_var(old);
	if (old)
		bpf_obj_drop(n);
	barrier_var(old);
	if (old)
		bpf_obj_drop(n);
	return 0;
}

/* A global function that no path calls is not verified. */

__noinline int drops_null(int x)
{
	struct item *n = NULL;

	barrier_var(n);
	if (x)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int global_on_no_path(struct __sk_buff *ctx)
{
	int key = 0;
	__u64 *v = bpf_map_lookup_elem(&one_number, &key);

	if (!v)
		drops_null(ctx->len);
	return 0;
}

SEC("?tc")
int global_on_a_path(struct __sk_buff *ctx)
{
	int key = 0;
	__u64 *v = bpf_map_lookup_elem(&numbers, &key);

	if (!v)
		drops_null(ctx->len);
	return 0;
}

char _license[] SEC("license") = "GPL";
