/* SPDX-License-Identifier: Apache-2.0 */
/* Locks across calls of the program's own functions, static and global, and callbacks. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct item {
	struct bpf_list_node list;
	int data;
};

struct val {
	struct bpf_spin_lock lock;
	int data;
};

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
private(B) struct bpf_spin_lock glock2;
private(C) int counter;

struct options {
	long unlocks;
};

static int unlocks_if_told(__u32 i, struct options *o)
{
	if (o->unlocks)
		bpf_spin_unlock(&glock);
	return 0;
}

static int unlocks_the_next_time(__u32 i, struct options *o)
{
	if (o->unlocks)
		bpf_spin_unlock(&glock);
	o->unlocks = 1;
	return 0;
}

/* Static functions: the lock goes with the path. */

static __noinline int count(void)
{
	return counter++;
}

static __noinline int take(void)
{
	bpf_spin_lock(&glock);
	return counter;
}

static __noinline int release(void)
{
	bpf_spin_unlock(&glock);
	return counter;
}

static __noinline int take_and_release(void)
{
	bpf_spin_lock(&glock2);
	bpf_spin_unlock(&glock2);
	return counter;
}

static __noinline int call_helper(void)
{
	return counter = bpf_get_prandom_u32();
}

SEC("?tc")
int static_under_lock(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	count();
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int static_locks(struct __sk_buff *ctx)
{
	take();
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int static_unlocks(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	release();
	return 0;
}

SEC("?tc")
int static_locks_and_unlocks(struct __sk_buff *ctx)
{
	take_and_release();
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int static_returns_locked(struct __sk_buff *ctx)
{
	take();
	return 0;
}

SEC("?tc")
int static_unlocks_nothing(struct __sk_buff *ctx)
{
	release();
	return 0;
}

SEC("?tc")
int static_unlocks_other(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock2);
	release();
	return 0;
}

SEC("?tc")
int static_locks_second(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	take_and_release();
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int static_calls_helper_under_lock(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	call_helper();
	bpf_spin_unlock(&glock);
	return 0;
}

static __noinline int throws(int x)
{
	if (x)
		bpf_throw(0);
	return counter;
}

SEC("?tc")
int static_throws_under_lock(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	throws(ctx->len);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int static_throws(struct __sk_buff *ctx)
{
	throws(ctx->len);
	return 0;
}

static __noinline int tail_calls(struct __sk_buff *ctx)
{
	bpf_tail_call(ctx, &tails, 0);
	return 1;
}

SEC("?tc")
int static_tail_calls_under_lock(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	tail_calls(ctx);
	bpf_spin_unlock(&glock);
	return 0;
}

/* Global functions are verified by themselves. */

__noinline int global_count(struct __sk_buff *ctx)
{
	counter += ctx->len;
	return 0;
}

__noinline int global_balanced(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock2);
	bpf_spin_unlock(&glock2);
	return ctx->len;
}

__noinline int global_take(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	return ctx->len;
}

__noinline int global_release(struct __sk_buff *ctx)
{
	bpf_spin_unlock(&glock);
	return ctx->len;
}

SEC("?tc")
int global_under_lock(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	global_count(ctx);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int global_under_lock_of_value(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	global_balanced(ctx);
	bpf_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int global_after_unlock(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	return global_count(ctx);
}

SEC("?tc")
int global_locks_and_unlocks(struct __sk_buff *ctx)
{
	return global_balanced(ctx);
}

SEC("?tc")
int global_locks(struct __sk_buff *ctx)
{
	global_take(ctx);
	return 0;
}

SEC("?tc")
int global_unlocks(struct __sk_buff *ctx)
{
	global_release(ctx);
	return 0;
}

static __noinline int calls_global(struct __sk_buff *ctx)
{
	return global_count(ctx) + counter;
}

SEC("?tc")
int global_under_lock_in_static(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	calls_global(ctx);
	bpf_spin_unlock(&glock);
	return 0;
}

/* Callbacks */

static int locks_and_unlocks(__u32 i, void *ctx)
{
	bpf_spin_lock(&glock);
	counter++;
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int loop_locks_and_unlocks(struct __sk_buff *ctx)
{
	bpf_loop(2, locks_and_unlocks, NULL, 0);
	return 0;
}

static int locks(__u32 i, void *ctx)
{
	bpf_spin_lock(&glock);
	return 0;
}

SEC("?tc")
int loop_returns_locked(struct __sk_buff *ctx)
{
	bpf_loop(2, locks, NULL, 0);
	return 0;
}

SEC("?tc")
int loop_locks_for_caller(struct __sk_buff *ctx)
{
	bpf_loop(1, locks, NULL, 0);
	bpf_spin_unlock(&glock);
	return 0;
}

static int unlocks(__u32 i, void *ctx)
{
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int loop_unlocks_nothing(struct __sk_buff *ctx)
{
	bpf_loop(2, unlocks, NULL, 0);
	return 0;
}

static long each_locked(struct bpf_map *map, int *key, struct val *v, void *ctx)
{
	bpf_spin_lock(&v->lock);
	v->data++;
	bpf_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int for_each_locks_its_value(struct __sk_buff *ctx)
{
	bpf_for_each_map_elem(&hash, each_locked, NULL, 0);
	return 0;
}

static long each_left_locked(struct bpf_map *map, int *key, struct val *v, void *ctx)
{
	bpf_spin_lock(&v->lock);
	return 0;
}

SEC("?tc")
int for_each_returns_locked(struct __sk_buff *ctx)
{
	bpf_for_each_map_elem(&hash, each_left_locked, NULL, 0);
	return 0;
}

static long each_unlocks_global(struct bpf_map *map, int *key, struct val *v, void *ctx)
{
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int for_each_unlocks_other(struct __sk_buff *ctx)
{
	bpf_for_each_map_elem(&hash, each_unlocks_global, NULL, 0);
	return 0;
}

static __noinline int push_one(void)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return counter;
	bpf_spin_lock(&glock);
	bpf_list_push_back(&ghead, &n->list);
	bpf_spin_unlock(&glock);
	return counter;
}

SEC("?tc")
int static_pushes(struct __sk_buff *ctx)
{
	push_one();
	push_one();
	return 0;
}

/* What a test said of a number goes with it into a subprogram that cuts it to 32 bits. */

static __noinline int unlocks_if_zero(int x)
{
	if (x == 0)
		bpf_spin_unlock(&glock);
	return counter;
}

SEC("?tc")
int static_told_a_negative(struct __sk_buff *ctx)
{
	int x = *(volatile int *)&counter;

	if (x < 0)
		unlocks_if_zero(x);
	return 0;
}

SEC("?tc")
int static_told_at_most_zero(struct __sk_buff *ctx)
{
	int x = *(volatile int *)&counter;

	if (x < 1)
		unlocks_if_zero(x);
	return 0;
}

/* Of a number without a sign the kernel forgets that it is not zero where it is cut. */
SEC("?tc")
int static_told_what_is_not_zero(struct __sk_buff *ctx)
{
	__u32 x = *(volatile __u32 *)&counter;

	if (x != 0)
		unlocks_if_zero(x);
	return 0;
}

SEC("?tc")
int static_told_one_to_ten(struct __sk_buff *ctx)
{
	__u32 x = *(volatile __u32 *)&counter;

	if (x != 0 && x <= 10)
		unlocks_if_zero(x);
	return 0;
}

SEC("?tc")
int static_told_minus_five_to_minus_one(struct __sk_buff *ctx)
{
	int x = *(volatile int *)&counter;

	if (x >= -5 && x < 0)
		unlocks_if_zero(x);
	return 0;
}

static int returns_a_tested_number(__u32 i, void *ctx)
{
	__u32 x = *(volatile __u32 *)&counter;

	return x > 1 ? 1 : x;
}

SEC("?tc")
int callback_returns_what_it_tested(struct __sk_buff *ctx)
{
	bpf_loop(2, returns_a_tested_number, NULL, 0);
	return 0;
}

/* What a global function is not given it does not change. */
__noinline int counts(void)
{
	return counter++;
}

static int counts_and_unlocks_if_told(__u32 i, struct options *o)
{
	long unlocks = o->unlocks;

	counts();
	if (unlocks)
		bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int callback_told_a_constant_calls_global(struct __sk_buff *ctx)
{
	struct options o = { 0 };

	bpf_loop(2, counts_and_unlocks_if_told, &o, 0);
	return 0;
}

__noinline int changes(struct options *o)
{
	if (o)
		o->unlocks = counter;
	return 0;
}

static int changes_and_unlocks_if_told(__u32 i, struct options *o)
{
	long unlocks = o->unlocks;

	changes(o);
	if (unlocks)
		bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int callback_told_a_constant_lets_global_change_it(struct __sk_buff *ctx)
{
	struct options o = { 0 };

	bpf_loop(2, changes_and_unlocks_if_told, &o, 0);
	return 0;
}

/* The kernel looks for bpf_throw in callbacks whether or not a path comes to it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, int);
} numbers SEC(".maps");

static int throws_on_no_path(__u32 i, void *ctx)
{
	int key = 1;

	if (!bpf_map_lookup_elem(&numbers, &key))
		bpf_throw(0);
	return 0;
}

SEC("?tc")
int callback_throws_on_no_path(struct __sk_buff *ctx)
{
	bpf_loop(2, throws_on_no_path, NULL, 0);
	return 0;
}

SEC("?tc")
int throws_on_no_path_itself(struct __sk_buff *ctx)
{
	return throws_on_no_path(0, NULL);
}

/* Nobody catches what a timer or a work queue throws. */

struct later {
	struct bpf_timer timer;
	struct bpf_wq work;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct later);
} clocks SEC(".maps");

static int throws_later(void *map, int *key, void *value)
{
	bpf_throw(0);
	return 0;
}

SEC("?tc")
int timer_throws(struct __sk_buff *ctx)
{
	int key = 0;
	struct later *v = bpf_map_lookup_elem(&clocks, &key);

	if (!v)
		return 0;
	bpf_timer_init(&v->timer, &clocks, 0);
	bpf_timer_set_callback(&v->timer, throws_later);
	return 0;
}

SEC("?tc")
int work_throws(struct __sk_buff *ctx)
{
	int key = 0;
	struct later *v = bpf_map_lookup_elem(&clocks, &key);

	if (!v)
		return 0;
	bpf_wq_init(&v->work, &clocks, 0);
	bpf_wq_set_callback(&v->work, throws_later, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";

/* A number that callbacks are given stays what it is until one of them changes it. */
SEC("?tc")
int callback_told_a_constant(struct __sk_buff *ctx)
{
	struct options o = { 0 };

	bpf_loop(2, unlocks_if_told, &o, 0);
	return 0;
}

SEC("?tc")
int callback_changes_what_it_is_told(struct __sk_buff *ctx)
{
	struct options o = { 0 };

	bpf_loop(2, unlocks_the_next_time, &o, 0);
	return 0;
}
