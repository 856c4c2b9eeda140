/* SPDX-License-Identifier: Apache-2.0 */
/* Pointers that are kept in maps: exchanged, or borrowed under RCU. What our front end does not read. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct item {
	struct bpf_list_node list;
	int data;
};

struct bytes {
	__u64 data;
};

struct stranger {
	__u64 data;
};

/* clang 14 loses the tag of a pointer to a struct, unless a typedef stands between. */
typedef struct item item_t;
typedef struct bytes bytes_t;
typedef struct task_struct task_t;

struct val {
	item_t __kptr *item;
	bytes_t __kptr *bytes;
	task_t __kptr *task;
	__u64 data;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} hash SEC(".maps");

struct holder {
	bytes_t __kptr *bytes;
	__u64 data;
};

private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head head __contains(item, list);
private(B) bytes_t __kptr *gbytes;
private(C) int gdata;

SEC("?tc")
int exchange_task(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct task_struct *t;

	if (!v)
		return 0;
	t = bpf_task_acquire(bpf_get_current_task_btf());
	if (!t)
		return 0;
	t = bpf_kptr_xchg(&v->task, t);
	if (t)
		bpf_task_release(t);
	return 0;
}

SEC("?tc")
int exchange_object_for_task(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct task_struct *t;
	struct bytes *b;

	if (!v)
		return 0;
	b = bpf_obj_new(struct bytes);
	if (!b)
		return 0;
	t = bpf_kptr_xchg(&v->task, b);
	if (t)
		bpf_task_release(t);
	return 0;
}

SEC("?tc")
int exchange_task_not_ours(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct task_struct *t;

	if (!v)
		return 0;
	t = bpf_kptr_xchg(&v->task, bpf_get_current_task_btf());
	if (t)
		bpf_task_release(t);
	return 0;
}

SEC("?tc")
int load_task_and_release(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct task_struct *t;

	if (!v)
		return 0;
	t = v->task;
	if (t)
		bpf_task_release(t);
	return 0;
}

SEC("?tc")
int exchange_number(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct bytes *old;

	if (!v)
		return 0;
	old = bpf_kptr_xchg(&v->bytes, (void *)(long)ctx->len);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("?tc")
int exchange_on_stack(struct __sk_buff *ctx)
{
	void *slot = NULL;
	struct bytes *b, *old;

	b = bpf_obj_new(struct bytes);
	if (!b)
		return 0;
	old = bpf_kptr_xchg(&slot, b);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("?tc")
int exchange_at_variable_offset(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct item *old;
	__u64 off;

	if (!v)
		return 0;
	off = ctx->len & 8;
	old = bpf_kptr_xchg((void *)&v->item + off, NULL);
	if (old)
		bpf_obj_drop(old);
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
	n = bpf_obj_new(struct bytes);
	if (n)
		bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
