/* SPDX-License-Identifier: Apache-2.0 */
/* RCU, preemption and interrupts: opened, closed, and what may happen within. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct bytes {
	__u64 data;
};

typedef struct bytes bytes_t;

struct val {
	bytes_t __kptr *bytes;
	__u64 data;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} hash SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, 4);
} tails SEC(".maps");

private(A) struct bpf_spin_lock lock;
private(B) int gdata;

static __noinline int opens_rcu(void)
{
	bpf_rcu_read_lock();
	return gdata;
}

static __noinline int closes_rcu(void)
{
	bpf_rcu_read_unlock();
	return gdata;
}

static __noinline int opens_preempt(void)
{
	bpf_preempt_disable();
	return gdata;
}

static __noinline int throws(int x)
{
	if (x)
		bpf_throw(0);
	return gdata;
}

__noinline int add(int x)
{
	gdata += x;
	return 0;
}

static int opens_rcu_each(__u32 i, void *ctx)
{
	bpf_rcu_read_lock();
	return 0;
}

static int opens_and_closes_rcu(__u32 i, void *ctx)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	return 0;
}

static int closes_rcu_each(__u32 i, void *ctx)
{
	bpf_rcu_read_unlock();
	return 0;
}

static int opens_preempt_each(__u32 i, void *ctx)
{
	bpf_preempt_disable();
	return 0;
}

__noinline int sleep_long(void)
{
	int x;

	return bpf_copy_from_user(&x, sizeof(x), NULL);
}

/* RCU */

SEC("?tc")
int rcu(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?syscall")
int rcu_sleepable(void *ctx)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?tc")
int rcu_twice_in_turn(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?tc")
int rcu_nested(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?syscall")
int rcu_nested_sleepable(void *ctx)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?tc")
int rcu_nested_in_static(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	opens_rcu();
	bpf_rcu_read_unlock();
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?tc")
int rcu_unmatched_unlock(struct __sk_buff *ctx)
{
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?tc")
int rcu_second_unlock(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?tc")
int rcu_unlock_in_loop(struct __sk_buff *ctx)
{
	bpf_loop(2, closes_rcu_each, NULL, 0);
	return 0;
}

SEC("?tc")
int rcu_left_open(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	return 0;
}

SEC("?tc")
int rcu_left_open_on_one_branch(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	if (ctx->len)
		return 1;
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?tc")
int rcu_opened_by_static(struct __sk_buff *ctx)
{
	opens_rcu();
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?tc")
int rcu_closed_by_static(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	closes_rcu();
	return 0;
}

SEC("?tc")
int rcu_left_open_by_static(struct __sk_buff *ctx)
{
	opens_rcu();
	return 0;
}

SEC("?tc")
int rcu_in_loop(struct __sk_buff *ctx)
{
	bpf_loop(2, opens_and_closes_rcu, NULL, 0);
	return 0;
}

SEC("?tc")
int rcu_left_open_in_loop(struct __sk_buff *ctx)
{
	bpf_loop(2, opens_rcu_each, NULL, 0);
	return 0;
}

SEC("?tc")
int rcu_around_lock(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	bpf_spin_lock(&lock);
	bpf_spin_unlock(&lock);
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?tc")
int rcu_and_global(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	add(1);
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?tc")
int rcu_and_tail_call(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	bpf_tail_call(ctx, &tails, 0);
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?tc")
int rcu_left_open_at_tail_call(struct __sk_buff *ctx)
{
	opens_rcu();
	bpf_tail_call(ctx, &tails, 0);
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?tc")
int rcu_and_throw(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	if (ctx->len)
		bpf_throw(0);
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?tc")
int rcu_and_throw_in_static(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	throws(ctx->len);
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?syscall")
int rcu_sleeping_helper(void *ctx)
{
	int x;

	bpf_rcu_read_lock();
	bpf_copy_from_user(&x, sizeof(x), NULL);
	bpf_rcu_read_unlock();
	return 0;
}

/* A global function may sleep in a program that may. */
SEC("?syscall")
int sleeping_global(void *ctx)
{
	sleep_long();
	return 0;
}

SEC("?tc")
int sleeping_global_where_nothing_sleeps(struct __sk_buff *ctx)
{
	return sleep_long();
}

SEC("?syscall")
int rcu_sleeping_global(void *ctx)
{
	int x;

	bpf_rcu_read_lock();
	x = sleep_long();
	bpf_rcu_read_unlock();
	return x;
}

SEC("?syscall")
int preempt_sleeping_global(void *ctx)
{
	int x;

	bpf_preempt_disable();
	x = sleep_long();
	bpf_preempt_enable();
	return x;
}

SEC("?syscall")
int irq_sleeping_global(void *ctx)
{
	unsigned long flags;
	int x;

	bpf_local_irq_save(&flags);
	x = sleep_long();
	bpf_local_irq_restore(&flags);
	return x;
}

/* A callback counts: it is part of who gives it. */
static int sleeps_each_time(__u32 i, void *ctx)
{
	int x;

	bpf_copy_from_user(&x, sizeof(x), NULL);
	return 0;
}

__noinline int sleep_in_callback(void)
{
	return bpf_loop(2, sleeps_each_time, NULL, 0);
}

SEC("?syscall")
int rcu_global_with_sleeping_callback(void *ctx)
{
	int x;

	bpf_rcu_read_lock();
	x = sleep_in_callback();
	bpf_rcu_read_unlock();
	return x;
}

__noinline int sleep_in_global(void)
{
	return sleep_long();
}

SEC("?syscall")
int rcu_global_in_global(void *ctx)
{
	int x;

	bpf_rcu_read_lock();
	x = sleep_in_global();
	bpf_rcu_read_unlock();
	return x;
}

SEC("?syscall")
int rcu_sleeping_helper_in_static(void *ctx)
{
	int x;

	opens_rcu();
	bpf_copy_from_user(&x, sizeof(x), NULL);
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?syscall")
int rcu_sleeping_kfunc(void *ctx)
{
	int x;

	bpf_rcu_read_lock();
	bpf_copy_from_user_str(&x, sizeof(x), NULL, 0);
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?syscall")
int rcu_sleeping_kfunc_in_static(void *ctx)
{
	int x;

	opens_rcu();
	bpf_copy_from_user_str(&x, sizeof(x), NULL, 0);
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?syscall")
int preempt_sleeping_kfunc(void *ctx)
{
	int x;

	bpf_preempt_disable();
	bpf_copy_from_user_str(&x, sizeof(x), NULL, 0);
	bpf_preempt_enable();
	return 0;
}

SEC("?syscall")
int preempt_sleeping_kfunc_in_static(void *ctx)
{
	int x;

	opens_preempt();
	bpf_copy_from_user_str(&x, sizeof(x), NULL, 0);
	bpf_preempt_enable();
	return 0;
}

SEC("?syscall")
int irq_sleeping_kfunc(void *ctx)
{
	int x;
	unsigned long flags;

	bpf_local_irq_save(&flags);
	bpf_copy_from_user_str(&x, sizeof(x), NULL, 0);
	bpf_local_irq_restore(&flags);
	return 0;
}

SEC("?syscall")
int irq_sleeping_kfunc_when_nested(void *ctx)
{
	int x;
	unsigned long flags, flags2;

	bpf_local_irq_save(&flags);
	bpf_local_irq_save(&flags2);
	bpf_copy_from_user_str(&x, sizeof(x), NULL, 0);
	bpf_local_irq_restore(&flags2);
	bpf_local_irq_restore(&flags);
	return 0;
}

SEC("?syscall")
int lock_sleeping_helper(void *ctx)
{
	int x;

	bpf_spin_lock(&lock);
	bpf_copy_from_user(&x, sizeof(x), NULL);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?syscall")
int lock_sleeping_kfunc(void *ctx)
{
	int x;

	bpf_spin_lock(&lock);
	bpf_copy_from_user_str(&x, sizeof(x), NULL, 0);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?syscall")
int lock_in_sleepable(void *ctx)
{
	bpf_spin_lock(&lock);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?syscall")
int sleeping_kfunc(void *ctx)
{
	int x;

	bpf_copy_from_user_str(&x, sizeof(x), NULL, 0);
	return 0;
}

SEC("?tc")
int sleeping_kfunc_in_tc(struct __sk_buff *ctx)
{
	int x;

	bpf_copy_from_user_str(&x, sizeof(x), NULL, 0);
	return 0;
}

SEC("?syscall")
int sleeping_helper(void *ctx)
{
	int x;

	bpf_copy_from_user(&x, sizeof(x), NULL);
	return 0;
}

SEC("?syscall")
int sleeping_helper_after_rcu(void *ctx)
{
	int x;

	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	bpf_copy_from_user(&x, sizeof(x), NULL);
	return 0;
}

SEC("?tc")
int sleeping_helper_in_tc(struct __sk_buff *ctx)
{
	int x;

	bpf_copy_from_user(&x, sizeof(x), NULL);
	return 0;
}

/* Preemption: counted */

SEC("?tc")
int preempt(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	bpf_preempt_enable();
	return 0;
}

SEC("?tc")
int preempt_nested(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	bpf_preempt_disable();
	bpf_preempt_enable();
	bpf_preempt_enable();
	return 0;
}

SEC("?tc")
int preempt_unmatched(struct __sk_buff *ctx)
{
	bpf_preempt_enable();
	return 0;
}

SEC("?tc")
int preempt_second_enable(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	bpf_preempt_enable();
	bpf_preempt_enable();
	return 0;
}

SEC("?tc")
int preempt_left(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	return 0;
}

SEC("?tc")
int preempt_left_once(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	bpf_preempt_disable();
	bpf_preempt_enable();
	return 0;
}

SEC("?tc")
int preempt_left_by_static(struct __sk_buff *ctx)
{
	opens_preempt();
	return 0;
}

SEC("?tc")
int preempt_disabled_by_static(struct __sk_buff *ctx)
{
	opens_preempt();
	bpf_preempt_enable();
	return 0;
}

SEC("?tc")
int preempt_left_in_loop(struct __sk_buff *ctx)
{
	bpf_loop(2, opens_preempt_each, NULL, 0);
	return 0;
}

/* 6.12 refuses a call of a global function here. */
SEC("?tc")
int preempt_and_global(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	add(1);
	bpf_preempt_enable();
	return 0;
}

SEC("?tc")
int preempt_and_lock(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	bpf_spin_lock(&lock);
	bpf_spin_unlock(&lock);
	bpf_preempt_enable();
	return 0;
}

SEC("?syscall")
int preempt_sleeping_helper(void *ctx)
{
	int x;

	bpf_preempt_disable();
	bpf_copy_from_user(&x, sizeof(x), NULL);
	bpf_preempt_enable();
	return 0;
}

SEC("?syscall")
int preempt_sleeping_helper_when_nested(void *ctx)
{
	int x;

	bpf_preempt_disable();
	bpf_preempt_disable();
	bpf_preempt_enable();
	bpf_copy_from_user(&x, sizeof(x), NULL);
	bpf_preempt_enable();
	return 0;
}

SEC("?tc")
int preempt_and_throw(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	if (ctx->len)
		bpf_throw(0);
	bpf_preempt_enable();
	return 0;
}

SEC("?tc")
int preempt_and_throw_in_static(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	throws(ctx->len);
	bpf_preempt_enable();
	return 0;
}

SEC("?tc")
int preempt_and_tail_call(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	bpf_tail_call(ctx, &tails, 0);
	bpf_preempt_enable();
	return 0;
}

SEC("?tc")
int preempt_nested_and_tail_call(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	bpf_preempt_disable();
	bpf_preempt_enable();
	bpf_tail_call(ctx, &tails, 0);
	bpf_preempt_enable();
	return 0;
}

SEC("?tc")
int rcu_and_preempt_crossed(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	bpf_preempt_disable();
	bpf_rcu_read_unlock();
	bpf_preempt_enable();
	return 0;
}

/* Interrupts: saved and restored in order, since 6.14 */

SEC("?tc")
int irq(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	bpf_local_irq_restore(&flags);
	return 0;
}

SEC("?tc")
int irq_nested(struct __sk_buff *ctx)
{
	unsigned long flags, flags2;

	bpf_local_irq_save(&flags);
	bpf_local_irq_save(&flags2);
	bpf_local_irq_restore(&flags2);
	bpf_local_irq_restore(&flags);
	return 0;
}

SEC("?tc")
int irq_out_of_order(struct __sk_buff *ctx)
{
	unsigned long flags, flags2;

	bpf_local_irq_save(&flags);
	bpf_local_irq_save(&flags2);
	bpf_local_irq_restore(&flags);
	bpf_local_irq_restore(&flags2);
	return 0;
}

SEC("?tc")
int irq_out_of_order_of_three(struct __sk_buff *ctx)
{
	unsigned long flags, flags2, flags3;

	bpf_local_irq_save(&flags);
	bpf_local_irq_save(&flags2);
	bpf_local_irq_save(&flags3);
	bpf_local_irq_restore(&flags3);
	bpf_local_irq_restore(&flags);
	bpf_local_irq_restore(&flags2);
	return 0;
}

SEC("?tc")
int irq_left(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	return 0;
}

SEC("?tc")
int irq_left_once(struct __sk_buff *ctx)
{
	unsigned long flags, flags2;

	bpf_local_irq_save(&flags);
	bpf_local_irq_save(&flags2);
	bpf_local_irq_restore(&flags2);
	return 0;
}

SEC("?tc")
int irq_restore_nothing(struct __sk_buff *ctx)
{
	unsigned long flags = 0;

	bpf_local_irq_restore(&flags);
	return 0;
}

SEC("?tc")
int irq_restore_twice(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	bpf_local_irq_restore(&flags);
	bpf_local_irq_restore(&flags);
	return 0;
}

SEC("?tc")
int irq_save_twice_in_one_slot(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	bpf_local_irq_save(&flags);
	bpf_local_irq_restore(&flags);
	bpf_local_irq_restore(&flags);
	return 0;
}

SEC("?tc")
int irq_save_again_after_restore(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	bpf_local_irq_restore(&flags);
	bpf_local_irq_save(&flags);
	bpf_local_irq_restore(&flags);
	return 0;
}

SEC("?tc")
int irq_overwritten(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	*(volatile unsigned long *)&flags = 0;
	bpf_local_irq_restore(&flags);
	return 0;
}

SEC("?tc")
int irq_read(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	gdata = *(volatile unsigned long *)&flags;
	bpf_local_irq_restore(&flags);
	return 0;
}

SEC("?syscall")
int irq_sleeping_helper(void *ctx)
{
	int x;
	unsigned long flags;

	bpf_local_irq_save(&flags);
	bpf_copy_from_user(&x, sizeof(x), NULL);
	bpf_local_irq_restore(&flags);
	return 0;
}

SEC("?syscall")
int irq_sleeping_helper_after_inner(void *ctx)
{
	int x;
	unsigned long flags, flags2;

	bpf_local_irq_save(&flags);
	bpf_local_irq_save(&flags2);
	bpf_local_irq_restore(&flags2);
	bpf_copy_from_user(&x, sizeof(x), NULL);
	bpf_local_irq_restore(&flags);
	return 0;
}

SEC("?tc")
int irq_and_throw(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	if (ctx->len)
		bpf_throw(0);
	bpf_local_irq_restore(&flags);
	return 0;
}

SEC("?tc")
int irq_and_throw_in_static(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	throws(ctx->len);
	bpf_local_irq_restore(&flags);
	return 0;
}

SEC("?tc")
int irq_and_tail_call(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	bpf_tail_call(ctx, &tails, 0);
	bpf_local_irq_restore(&flags);
	return 0;
}

SEC("?tc")
int irq_around_lock(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	bpf_spin_lock(&lock);
	bpf_spin_unlock(&lock);
	bpf_local_irq_restore(&flags);
	return 0;
}

SEC("?tc")
int irq_and_rcu_crossed(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	bpf_rcu_read_lock();
	bpf_local_irq_restore(&flags);
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?tc")
int irq_and_preempt_crossed(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_preempt_disable();
	bpf_local_irq_save(&flags);
	bpf_preempt_enable();
	bpf_local_irq_restore(&flags);
	return 0;
}

SEC("?tc")
int irq_and_global(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	add(1);
	bpf_local_irq_restore(&flags);
	return 0;
}

/* Which of several is told */

SEC("?tc")
int rcu_and_preempt_left(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	bpf_preempt_disable();
	return 0;
}

SEC("?tc")
int irq_and_preempt_left(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_preempt_disable();
	bpf_local_irq_save(&flags);
	return 0;
}

SEC("?tc")
int irq_and_rcu_left(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_rcu_read_lock();
	bpf_local_irq_save(&flags);
	return 0;
}

SEC("?tc")
int preempt_and_reference_left(struct __sk_buff *ctx)
{
	void *b;

	bpf_preempt_disable();
	b = bpf_obj_new(struct bytes);
	barrier_var(b);
	return 0;
}

/* A reference and a region at a way out: references are asked for first. */

SEC("?tc")
int rcu_and_reference_at_exit(struct __sk_buff *ctx)
{
	struct bytes *b = bpf_obj_new(struct bytes);

	bpf_rcu_read_lock();
	barrier_var(b);
	return 0;
}

SEC("?tc")
int preempt_and_reference_at_exit(struct __sk_buff *ctx)
{
	struct bytes *b = bpf_obj_new(struct bytes);

	bpf_preempt_disable();
	barrier_var(b);
	return 0;
}

SEC("?tc")
int preempt_and_reference_at_throw(struct __sk_buff *ctx)
{
	struct bytes *b = bpf_obj_new(struct bytes);

	bpf_preempt_disable();
	if (b)
		bpf_throw(0);
	bpf_preempt_enable();
	return 0;
}

SEC("?tc")
int preempt_and_reference_at_tail_call(struct __sk_buff *ctx)
{
	struct bytes *b = bpf_obj_new(struct bytes);

	bpf_preempt_disable();
	bpf_tail_call(ctx, &tails, 0);
	bpf_preempt_enable();
	if (b)
		bpf_obj_drop(b);
	return 0;
}

char _license[] SEC("license") = "GPL";
