/* SPDX-License-Identifier: Apache-2.0 */
/* Locks that may fail (bpf_res_spin_lock), since 6.15. What our front end does not read. */
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

SEC("?tc")
int load_absolute(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	int x;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock(&v->lock))
		return 0;
	asm volatile("r6 = %1; r0 = *(u8 *)skb[0]; %0 = r0" : "=r"(x) : "r"(ctx) : "r0", "r1", "r2", "r3", "r4", "r5", "r6");
	bpf_res_spin_unlock(&v->lock);
	return x;
}

SEC("?tc")
int on_stack(struct __sk_buff *ctx)
{
	struct bpf_res_spin_lock lock = {};

	if (bpf_res_spin_lock(&lock))
		return 0;
	bpf_res_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int context(struct __sk_buff *ctx)
{
	if (bpf_res_spin_lock((void *)ctx))
		return 0;
	bpf_res_spin_unlock((void *)ctx);
	return 0;
}

SEC("?tc")
int variable_offset(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	__u64 off = ctx->len & 4;

	if (bpf_res_spin_lock((void *)v + off))
		return 0;
	bpf_res_spin_unlock((void *)v + off);
	return 0;
}

SEC("?tc")
int variable_offset_of_unlock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&array, &key);
	if (!v)
		return 0;
	__u64 off = ctx->len & 4;

	if (bpf_res_spin_lock(&v->lock))
		return 0;
	bpf_res_spin_unlock((void *)v + off);
	return 0;
}

char _license[] SEC("license") = "GPL";
