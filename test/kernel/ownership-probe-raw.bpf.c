/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of pointers that a probe meets, and one instruction for pointers of several kinds: our C front end has none of it. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct bytes {
	__u64 data;
};

/* clang 14 loses the tag of a pointer to a struct, unless a typedef stands between. */
typedef struct bytes bytes_t;

struct item {
	struct bpf_list_node list;
	struct bpf_refcount refs;
	int data;
	bytes_t __kptr *bytes;
	struct bytes *plain;
};

typedef struct item item_t;

struct val {
	__u64 data[8];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} hash SEC(".maps");

private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head head __contains(item, list);
private(B) item_t __kptr *kept;

SEC("?syscall")
int probe_half_a_pointer(void *ctx)
{
	struct item *n = *(item_t *volatile *)&kept;

	if (n)
		(void)*(volatile int *)&n->bytes;
	return 0;
}

SEC("?syscall")
int probe_other_half_of_a_pointer(void *ctx)
{
	struct item *n = *(item_t *volatile *)&kept;

	if (n)
		(void)((volatile int *)&n->bytes)[1];
	return 0;
}

SEC("?syscall")
int add_to_pointer_by_probe(void *ctx)
{
	struct item *n = *(item_t *volatile *)&kept;

	if (n)
		__sync_fetch_and_add((long *)&n->bytes, 1);
	return 0;
}

SEC("?syscall")
int add_to_node_by_probe(void *ctx)
{
	struct item *n = *(item_t *volatile *)&kept;

	if (n)
		__sync_fetch_and_add((long *)&n->list, 1);
	return 0;
}

/* A pointer that is no kptr is a pointer again, if a probe finds it, and a number if an object is known to keep it. */

SEC("?syscall")
int probe_plain_pointer(void *ctx)
{
	struct item *n = *(item_t *volatile *)&kept;
	struct bytes *b;

	if (n) {
		b = *(struct bytes *volatile *)&n->plain;
		(void)*(volatile __u64 *)&b->data;
	}
	return 0;
}

SEC("?tc")
int follow_plain_pointer(struct __sk_buff *ctx)
{
	struct item *n = *(item_t *volatile *)&kept;
	struct bytes *b;

	if (n) {
		b = *(struct bytes *volatile *)&n->plain;
		(void)*(volatile __u64 *)&b->data;
	}
	return 0;
}

/* One load for an object and a probe is one that may fault; for an object and a value of a map there is none. */

SEC("?syscall")
int one_load_for_object_and_probe(void *ctx)
{
	int k = bpf_get_prandom_u32();
	struct item *n = bpf_obj_new(struct item), *p, *either;

	if (!n)
		return 0;
	p = *(item_t *volatile *)&kept;
	if (p)
		asm volatile("%0 = %1\n"
			     "if %3 == 7 goto +1\n"
			     "%0 = %2\n"
			     "r0 = *(u32 *)(%0 + 28)\n"
			     : "=&r"(either)
			     : "r"(n), "r"(p), "r"(k)
			     : "r0");
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int one_load_for_owned_and_borrowed(struct __sk_buff *ctx)
{
	int k = bpf_get_prandom_u32();
	struct item *n = bpf_obj_new(struct item), *m, *either;

	if (!n)
		return 0;
	m = bpf_refcount_acquire(n);
	bpf_spin_lock(&lock);
	bpf_list_push_front(&head, &n->list);
	asm volatile("%0 = %1\n"
		     "if %3 == 7 goto +1\n"
		     "%0 = %2\n"
		     "r0 = *(u32 *)(%0 + 28)\n"
		     : "=&r"(either)
		     : "r"(n), "r"(m), "r"(k)
		     : "r0");
	bpf_spin_unlock(&lock);
	bpf_obj_drop(m);
	return 0;
}

SEC("?tc")
int one_store_for_owned_and_borrowed(struct __sk_buff *ctx)
{
	int k = bpf_get_prandom_u32();
	struct item *n = bpf_obj_new(struct item), *m, *either;

	if (!n)
		return 0;
	m = bpf_refcount_acquire(n);
	bpf_spin_lock(&lock);
	bpf_list_push_front(&head, &n->list);
	asm volatile("%0 = %1\n"
		     "if %3 == 7 goto +1\n"
		     "%0 = %2\n"
		     "*(u32 *)(%0 + 28) = %3\n"
		     : "=&r"(either)
		     : "r"(n), "r"(m), "r"(k));
	bpf_spin_unlock(&lock);
	bpf_obj_drop(m);
	return 0;
}

SEC("?tc")
int one_store_for_two_owned(struct __sk_buff *ctx)
{
	int k = bpf_get_prandom_u32();
	struct item *n = bpf_obj_new(struct item), *m, *either;

	if (!n)
		return 0;
	m = bpf_refcount_acquire(n);
	asm volatile("%0 = %1\n"
		     "if %3 == 7 goto +1\n"
		     "%0 = %2\n"
		     "*(u32 *)(%0 + 28) = %3\n"
		     : "=&r"(either)
		     : "r"(n), "r"(m), "r"(k));
	bpf_obj_drop(m);
	bpf_obj_drop(n);
	return 0;
}

/* Gives clang a reason to keep the structs. */
SEC("?syscall")
int take_both(void *ctx)
{
	struct item *n = bpf_obj_new(struct item);
	struct bytes *b = bpf_obj_new(struct bytes);

	if (n)
		bpf_obj_drop(n);
	if (b)
		bpf_obj_drop(b);
	return 0;
}

char _license[] SEC("license") = "GPL";
