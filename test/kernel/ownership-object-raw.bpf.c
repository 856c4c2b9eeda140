/* SPDX-License-Identifier: Apache-2.0 */
/* Objects: allocated, tested, dropped once, and not lost. What our front end does not read. */
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
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, 4);
} tails SEC(".maps");

private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head head __contains(item, list);
private(B) int gdata;

SEC("?tc")
int new_of_int(struct __sk_buff *ctx)
{
	void *n = bpf_obj_new(int);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int new_of_pointer(struct __sk_buff *ctx)
{
	void *n = bpf_obj_new(void *);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int new_of_huge_type(struct __sk_buff *ctx)
{
	void *n = bpf_obj_new_impl(1ULL << 40, NULL);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int new_of_negative_type(struct __sk_buff *ctx)
{
	void *n = bpf_obj_new_impl(-1ULL, NULL);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int new_of_unknown_type(struct __sk_buff *ctx)
{
	void *n = bpf_obj_new_impl(ctx->len, NULL);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int new_of_random_type(struct __sk_buff *ctx)
{
	void *n = bpf_obj_new_impl(bpf_get_prandom_u32(), NULL);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int percpu_of_special_fields(struct __sk_buff *ctx)
{
	void *n = bpf_percpu_obj_new(struct item);

	if (n)
		bpf_percpu_obj_drop(n);
	return 0;
}

SEC("?tc")
int percpu_of_holder(struct __sk_buff *ctx)
{
	void *n = bpf_percpu_obj_new(struct holder);

	if (n)
		bpf_percpu_obj_drop(n);
	return 0;
}

SEC("?tc")
int percpu_of_bytes(struct __sk_buff *ctx)
{
	struct bytes *n = bpf_percpu_obj_new(struct bytes);

	if (n)
		bpf_percpu_obj_drop(n);
	return 0;
}

SEC("?tc")
int leak_at_load_absolute(struct __sk_buff *ctx)
{
	int x;
	struct item *n;

	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	asm volatile("r6 = %1; r0 = *(u8 *)skb[0]; %0 = r0" : "=r"(x) : "r"(ctx) : "r0", "r1", "r2", "r3", "r4", "r5", "r6");
	bpf_obj_drop(n);
	return x;
}

SEC("?tc")
int leak_untested_at_load_absolute(struct __sk_buff *ctx)
{
	int x;
	struct item *n = bpf_obj_new(struct item);

	asm volatile("r6 = %1; r0 = *(u8 *)skb[4]; %0 = r0" : "=r"(x) : "r"(ctx) : "r0", "r1", "r2", "r3", "r4", "r5", "r6");
	if (n)
		bpf_obj_drop(n);
	return x;
}

SEC("?tc")
int drop_percpu_as_object(struct __sk_buff *ctx)
{
	struct bytes *n = bpf_percpu_obj_new(struct bytes);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int drop_object_as_percpu(struct __sk_buff *ctx)
{
	struct bytes *n = bpf_obj_new(struct bytes);

	if (n)
		bpf_percpu_obj_drop(n);
	return 0;
}

SEC("?tc")
int drop_context(struct __sk_buff *ctx)
{
	bpf_obj_drop(ctx);
	return 0;
}

SEC("?tc")
int drop_stack(struct __sk_buff *ctx)
{
	struct bytes b = {};

	bpf_obj_drop(&b);
	return 0;
}

SEC("?tc")
int drop_null(struct __sk_buff *ctx)
{
	bpf_obj_drop(NULL);
	return 0;
}

SEC("?tc")
int drop_task(struct __sk_buff *ctx)
{
	bpf_obj_drop(bpf_get_current_task_btf());
	return 0;
}

/* An access that begins in one member and ends in another. */

struct two {
	__u32 first;
	__u32 second;
};

SEC("?tc")
int read_across_members(struct __sk_buff *ctx)
{
	struct two *t = bpf_obj_new(struct two);

	if (!t)
		return 0;
	(void)*(volatile __u64 *)(void *)t;
	bpf_obj_drop(t);
	return 0;
}

SEC("?tc")
int read_second_member(struct __sk_buff *ctx)
{
	struct two *t = bpf_obj_new(struct two);

	if (!t)
		return 0;
	(void)*(volatile __u32 *)&t->second;
	bpf_obj_drop(t);
	return 0;
}

char _license[] SEC("license") = "GPL";
