/* SPDX-License-Identifier: Apache-2.0 */
/* Special fields of values and objects are not read or written by the program itself. What our front end does not read. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct item {
	struct bpf_list_node list;
	struct bpf_refcount ref;
	struct bpf_rb_node rb;
	__u64 data;
};

struct holder {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(item, list);
	struct bpf_rb_root root __contains(item, rb);
	__u64 data;
};

typedef struct item item_t;

struct val {
	struct bpf_spin_lock lock;
	int pad;
	struct bpf_list_head head __contains(item, list);
	struct bpf_rb_root root __contains(item, rb);
	struct bpf_list_node plain;
	__u64 data;
};

struct kept {
	__u64 data;
	item_t __kptr *stash;
	__u64 more;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} hash SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct kept);
} stash SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, __u64);
} numbers SEC(".maps");

private(A) struct bpf_spin_lock glock;
private(A) struct bpf_list_head ghead __contains(item, list);
private(A) __u64 gdata;

SEC("?tc")
int kptr_misaligned(struct __sk_buff *ctx)
{
	int key = 0;
	struct kept *v = bpf_map_lookup_elem(&stash, &key);

	if (!v)
		return 0;
	__u64 x;

	asm volatile("%0 = *(u64 *)(%1 + 4)" : "=r"(x) : "r"(v));
	v->data = x;
	return 0;
}

SEC("?tc")
int kptr_misaligned_from_behind(struct __sk_buff *ctx)
{
	int key = 0;
	struct kept *v = bpf_map_lookup_elem(&stash, &key);

	if (!v)
		return 0;
	__u64 x;

	asm volatile("%0 = *(u64 *)(%1 + 12)" : "=r"(x) : "r"(v));
	v->data = x;
	return 0;
}

SEC("?tc")
int kptr_variable_offset(struct __sk_buff *ctx)
{
	int key = 0;
	struct kept *v = bpf_map_lookup_elem(&stash, &key);

	if (!v)
		return 0;
	__u64 x, off = ctx->len & 8;
	void *p = (void *)v + off;

	asm volatile("%0 = *(u64 *)(%1 + 0)" : "=r"(x) : "r"(p));
	v->data = x;
	return 0;
}

SEC("?tc")
int kptr_variable_offset_write(struct __sk_buff *ctx)
{
	int key = 0;
	struct kept *v = bpf_map_lookup_elem(&stash, &key);

	if (!v)
		return 0;
	__u64 x = 0, off = ctx->len & 8;
	void *p = (void *)v + off;

	asm volatile("*(u64 *)(%0 + 8) = %1" :: "r"(p), "r"(x) : "memory");
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
	n = bpf_obj_new(struct holder);
	if (n)
		bpf_obj_drop(n);
	return 0;
}

/* NULL is no bytes at all. */

SEC("?tc")
int null_to_helper(struct __sk_buff *ctx)
{
	bpf_skb_load_bytes(ctx, 0, NULL, 4);
	return 0;
}

SEC("?tc")
int null_as_key(struct __sk_buff *ctx)
{
	struct val *v = bpf_map_lookup_elem(&hash, NULL);

	return v ? v->data : 0;
}

char _license[] SEC("license") = "GPL";
