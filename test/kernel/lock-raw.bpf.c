/* SPDX-License-Identifier: Apache-2.0 */
/* Taking and releasing a bpf_spin_lock: what may be a lock, and which lock is released. What our front end does not read. */
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

SEC("?tc")
int in_ring_buffer(struct __sk_buff *ctx)
{
	struct val *v = bpf_ringbuf_reserve(&ring, sizeof(*v), 0);

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&v->lock);
	bpf_ringbuf_discard(v, 0);
	return 0;
}

SEC("?tc")
int on_stack(struct __sk_buff *ctx)
{
	struct bpf_spin_lock lock = {};

	bpf_spin_lock(&lock);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int context(struct __sk_buff *ctx)
{
	bpf_spin_lock((void *)ctx);
	bpf_spin_unlock((void *)ctx);
	return 0;
}

SEC("?tc")
int null(struct __sk_buff *ctx)
{
	bpf_spin_lock(NULL);
	bpf_spin_unlock(NULL);
	return 0;
}

SEC("?tc")
int whole_map(struct __sk_buff *ctx)
{
	bpf_spin_lock((void *)&array);
	bpf_spin_unlock((void *)&array);
	return 0;
}

SEC("?tc")
int kernel_struct(struct __sk_buff *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();

	bpf_spin_lock((void *)task);
	bpf_spin_unlock((void *)task);
	return 0;
}

SEC("?tc")
int unlock_on_stack(struct __sk_buff *ctx)
{
	struct bpf_spin_lock lock = {};

	bpf_spin_lock(&glock);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?tc")
int variable_offset(struct __sk_buff *ctx)
{
	int key = 0;
	__u64 off;
	struct val *v = bpf_map_lookup_elem(&array, &key);

	if (!v)
		return 0;
	off = ctx->len & 4;
	bpf_spin_lock((void *)v + off);
	bpf_spin_unlock((void *)v + off);
	return 0;
}

SEC("?tc")
int variable_offset_from_value(struct __sk_buff *ctx)
{
	int key = 0;
	__u64 off;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	off = v->data & 4;
	bpf_spin_lock((void *)v + off);
	bpf_spin_unlock((void *)v + off);
	return 0;
}

SEC("?tc")
int variable_offset_of_unlock(struct __sk_buff *ctx)
{
	int key = 0;
	__u64 off;
	struct val *v = bpf_map_lookup_elem(&array, &key);

	if (!v)
		return 0;
	off = ctx->len & 4;
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock((void *)v + off);
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
	return 0;
}

char _license[] SEC("license") = "GPL";
