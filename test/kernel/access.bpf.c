/* SPDX-License-Identifier: Apache-2.0 */
/* Special fields of values and objects are not read or written by the program itself. */
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

/* Map values */

SEC("?tc")
int value_data(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	v->data = ctx->len;
	return 0;
}

SEC("?tc")
int value_lock_read(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	v->data = *(__u32 *)&v->lock;
	return 0;
}

SEC("?tc")
int value_lock_write(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	*(__u32 *)&v->lock = 0;
	return 0;
}

/* One byte of it is as bad as all. */
SEC("?tc")
int value_lock_part(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	v->data = *((__u8 *)&v->lock + 1);
	return 0;
}

SEC("?tc")
int value_head_read(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	v->data = *(__u64 *)&v->head;
	return 0;
}

SEC("?tc")
int value_head_write(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	*(__u64 *)((void *)&v->head + 8) = 0;
	return 0;
}

SEC("?tc")
int value_root_read(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	v->data = *(__u64 *)&v->root;
	return 0;
}

SEC("?tc")
int value_root_write(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	*(__u64 *)&v->root = 0;
	return 0;
}

/* A node in a map value is bytes: no list can take it. */
SEC("?tc")
int value_list_node(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	*(__u64 *)&v->plain = 0;
	return 0;
}

SEC("?tc")
int value_atomic_on_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	__sync_fetch_and_add((__u32 *)&v->lock, 1);
	return 0;
}

SEC("?tc")
int value_lock_under_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	*(__u32 *)&v->lock = 0;
	bpf_spin_unlock(&v->lock);
	return 0;
}

SEC("?tc")
int global_lock_read(struct __sk_buff *ctx)
{
	gdata = *(__u32 *)&glock;
	return 0;
}

SEC("?tc")
int global_head_write(struct __sk_buff *ctx)
{
	*(__u64 *)&ghead = 0;
	return 0;
}

SEC("?tc")
int global_data(struct __sk_buff *ctx)
{
	gdata++;
	return 0;
}

/* A helper that is given the value reads all of it. */

SEC("?tc")
int value_to_helper(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	bpf_map_update_elem(&numbers, &key, (void *)v, 0);
	return 0;
}

SEC("?tc")
int value_head_to_helper(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	bpf_map_update_elem(&numbers, &key, &v->head, 0);
	return 0;
}

SEC("?tc")
int value_data_to_helper(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	bpf_map_update_elem(&numbers, &key, &v->data, 0);
	return 0;
}

/* Objects */

SEC("?tc")
int object_data(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	n->data = ctx->len;
	bpf_obj_drop(n);
	return 0;
}

/* Of memory that is given away the verifier knows the size, of an object the type. */

SEC("?tc")
int object_data_to_helper(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);
	int key = 0;

	if (!n)
		return 0;
	bpf_map_update_elem(&numbers, &key, &n->data, 0);
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int object_filled_by_helper(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	bpf_skb_load_bytes(ctx, 0, &n->data, sizeof(n->data));
	bpf_obj_drop(n);
	return 0;
}

SEC("?syscall")
int object_filled_by_kernel_function(void *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	bpf_copy_from_user_str(&n->data, sizeof(n->data), NULL, 0);
	bpf_obj_drop(n);
	return 0;
}

SEC("?syscall")
int object_node_filled_by_kernel_function(void *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	bpf_copy_from_user_str(&n->list, sizeof(n->data), NULL, 0);
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int object_read_as_address(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);
	int data = 0;

	bpf_probe_read_kernel(&data, sizeof(data), n);
	if (n)
		bpf_obj_drop(n);
	return data;
}

SEC("?tc")
int object_node_read(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	n->data = *(__u64 *)&n->list;
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int object_node_write(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	*(__u64 *)&n->list = 0;
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int object_rb_node_read(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	n->data = *(__u64 *)&n->rb;
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int object_rb_node_write(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	*(__u64 *)&n->rb = 0;
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int object_refcount_read(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	n->data = *(__u32 *)&n->ref;
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int object_refcount_write(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	*(__u32 *)&n->ref = 1;
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int object_lock_read(struct __sk_buff *ctx)
{
	struct holder *n = bpf_obj_new(struct holder);

	if (!n)
		return 0;
	n->data = *(__u32 *)&n->lock;
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int object_lock_write(struct __sk_buff *ctx)
{
	struct holder *n = bpf_obj_new(struct holder);

	if (!n)
		return 0;
	*(__u32 *)&n->lock = 0;
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int object_head_read(struct __sk_buff *ctx)
{
	struct holder *n = bpf_obj_new(struct holder);

	if (!n)
		return 0;
	n->data = *(__u64 *)&n->head;
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int object_root_write(struct __sk_buff *ctx)
{
	struct holder *n = bpf_obj_new(struct holder);

	if (!n)
		return 0;
	*(__u64 *)&n->root = 0;
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int object_behind_end(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	n->data = *(__u64 *)((void *)n + sizeof(*n));
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int object_before_start(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	n->data = *(__u64 *)((void *)n - 8);
	bpf_obj_drop(n);
	return 0;
}

/* Pointers that are kept in values */

SEC("?tc")
int kptr_read(struct __sk_buff *ctx)
{
	int key = 0;
	struct kept *v = bpf_map_lookup_elem(&stash, &key);

	if (!v)
		return 0;
	v->data = v->stash != NULL;
	return 0;
}

SEC("?tc")
int kptr_write(struct __sk_buff *ctx)
{
	int key = 0;
	struct kept *v = bpf_map_lookup_elem(&stash, &key);

	if (!v)
		return 0;
	*(__u64 *)&v->stash = ctx->len;
	return 0;
}

/* Not even NULL may be stored: the old pointer would be lost. */
SEC("?tc")
int kptr_write_zero(struct __sk_buff *ctx)
{
	int key = 0;
	struct kept *v = bpf_map_lookup_elem(&stash, &key);

	if (!v)
		return 0;
	*(__u64 *)&v->stash = 0;
	return 0;
}

SEC("?tc")
int kptr_half(struct __sk_buff *ctx)
{
	int key = 0;
	struct kept *v = bpf_map_lookup_elem(&stash, &key);

	if (!v)
		return 0;
	v->data = *(__u32 *)&v->stash;
	return 0;
}

SEC("?tc")
int kptr_short(struct __sk_buff *ctx)
{
	int key = 0;
	struct kept *v = bpf_map_lookup_elem(&stash, &key);

	if (!v)
		return 0;
	v->data = *(__u16 *)&v->stash;
	return 0;
}

SEC("?tc")
int kptr_byte(struct __sk_buff *ctx)
{
	int key = 0;
	struct kept *v = bpf_map_lookup_elem(&stash, &key);

	if (!v)
		return 0;
	v->data = *((__u8 *)&v->stash + 7);
	return 0;
}

SEC("?tc")
int kptr_to_helper(struct __sk_buff *ctx)
{
	int key = 0;
	struct kept *v = bpf_map_lookup_elem(&stash, &key);

	if (!v)
		return 0;
	bpf_map_update_elem(&numbers, &key, &v->stash, 0);
	return 0;
}

SEC("?tc")
int kptr_to_reading_helper(struct __sk_buff *ctx)
{
	int key = 0;
	struct kept *v = bpf_map_lookup_elem(&stash, &key);

	if (!v)
		return 0;
	bpf_trace_printk((void *)&v->stash, 8);
	return 0;
}

SEC("?tc")
int beside_kptr_to_helper(struct __sk_buff *ctx)
{
	int key = 0;
	struct kept *v = bpf_map_lookup_elem(&stash, &key);

	if (!v)
		return 0;
	bpf_map_update_elem(&numbers, &key, &v->more, 0);
	return 0;
}

SEC("?tc")
int kptr_atomic(struct __sk_buff *ctx)
{
	int key = 0;
	struct kept *v = bpf_map_lookup_elem(&stash, &key);

	if (!v)
		return 0;
	__sync_fetch_and_add((__u64 *)&v->stash, 1);
	return 0;
}

char _license[] SEC("license") = "GPL";
