/* SPDX-License-Identifier: Apache-2.0 */
/* While a bpf_spin_lock is held: what may be called, and what must not end. What our front end does not read. */
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

SEC("?tc")
int task_acquire(struct __sk_buff *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf(), *t;

	bpf_spin_lock(&glock);
	t = bpf_task_acquire(task);
	bpf_spin_unlock(&glock);
	if (t)
		bpf_task_release(t);
	return 0;
}

SEC("?tc")
int load_absolute(struct __sk_buff *ctx)
{
	int x;

	bpf_spin_lock(&glock);
	asm volatile("r6 = %1; r0 = *(u8 *)skb[0]; %0 = r0" : "=r"(x) : "r"(ctx) : "r0", "r1", "r2", "r3", "r4", "r5", "r6");
	counter = x;
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int load_indirect(struct __sk_buff *ctx)
{
	int x;
	__u64 at = 4;

	bpf_spin_lock(&glock);
	asm volatile("r6 = %1; r0 = *(u8 *)skb[%2]; %0 = r0"
		     : "=r"(x) : "r"(ctx), "r"(at) : "r0", "r1", "r2", "r3", "r4", "r5", "r6");
	counter = x;
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int load_absolute_after(struct __sk_buff *ctx)
{
	int x;

	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	asm volatile("r6 = %1; r0 = *(u8 *)skb[0]; %0 = r0" : "=r"(x) : "r"(ctx) : "r0", "r1", "r2", "r3", "r4", "r5", "r6");
	return x;
}

/* 6.12 refuses the calls. */
SEC("?tc")
int iterate_numbers(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	int *i;

	bpf_spin_lock(&glock);
	bpf_iter_num_new(&it, 0, 3);
	while ((i = bpf_iter_num_next(&it)))
		counter += *i;
	bpf_iter_num_destroy(&it);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int iterate_numbers_before(struct __sk_buff *ctx)
{
	struct bpf_iter_num it;
	int *i;

	bpf_iter_num_new(&it, 0, 3);
	while ((i = bpf_iter_num_next(&it))) {
		bpf_spin_lock(&glock);
		counter += *i;
		bpf_spin_unlock(&glock);
	}
	bpf_iter_num_destroy(&it);
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
	n = bpf_obj_new(struct tree_item);
	if (n)
		bpf_obj_drop(n);
	return 0;
}

/* The maps of all instructions are looked at, also of those that no path comes to. */

SEC("?syscall")
int sleepable_map_on_no_path(void *ctx)
{
	bpf_throw(0);
	bpf_tail_call(ctx, &tails, 0);
	return 0;
}

SEC("?tc")
int map_on_no_path(struct __sk_buff *ctx)
{
	bpf_throw(0);
	bpf_tail_call(ctx, &tails, 0);
	return 0;
}

static __noinline int loads_absolute(struct __sk_buff *ctx)
{
	int x;

	asm volatile("r6 = %1; r0 = *(u8 *)skb[0]; %0 = r0" : "=r"(x) : "r"(ctx) : "r0", "r1", "r2", "r3", "r4", "r5", "r6");
	return x;
}

SEC("?tc")
int load_absolute_in_subprogram(struct __sk_buff *ctx)
{
	return loads_absolute(ctx);
}

char _license[] SEC("license") = "GPL";
