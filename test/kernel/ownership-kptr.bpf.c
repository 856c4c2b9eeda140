/* SPDX-License-Identifier: Apache-2.0 */
/* Pointers that are kept in maps: exchanged, or borrowed under RCU. */
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

struct val {
	item_t __kptr *item;
	bytes_t __kptr *bytes;
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

/* Exchange */

SEC("?tc")
int exchange_in(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct bytes *b, *old;

	if (!v)
		return 0;
	b = bpf_obj_new(struct bytes);
	if (!b)
		return 0;
	old = bpf_kptr_xchg(&v->bytes, b);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("?tc")
int exchange_out(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct bytes *old;

	if (!v)
		return 0;
	old = bpf_kptr_xchg(&v->bytes, NULL);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("?tc")
int exchange_global(struct __sk_buff *ctx)
{
	struct bytes *b, *old;

	b = bpf_obj_new(struct bytes);
	if (!b)
		return 0;
	old = bpf_kptr_xchg(&gbytes, b);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("?tc")
int exchange_item(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct item *old;

	if (!v)
		return 0;
	old = bpf_kptr_xchg(&v->item, NULL);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("?tc")
int exchange_and_push(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct item *old;

	if (!v)
		return 0;
	old = bpf_kptr_xchg(&v->item, NULL);
	if (!old)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, &old->list);
	bpf_spin_unlock(&lock);
	return 0;
}

/* Since 6.12: a field of an owned object. */
SEC("?tc")
int exchange_in_object(struct __sk_buff *ctx)
{
	struct holder *h = bpf_obj_new(struct holder);
	struct bytes *b, *old;

	if (!h)
		return 0;
	b = bpf_obj_new(struct bytes);
	if (!b) {
		bpf_obj_drop(h);
		return 0;
	}
	old = bpf_kptr_xchg(&h->bytes, b);
	bpf_obj_drop(h);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("?tc")
int exchange_and_leak_old(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct bytes *b;

	if (!v)
		return 0;
	b = bpf_obj_new(struct bytes);
	if (!b)
		return 0;
	bpf_kptr_xchg(&v->bytes, b);
	return 0;
}

SEC("?tc")
int exchange_out_and_leak(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	return bpf_kptr_xchg(&v->bytes, NULL) != NULL;
}

/* What went into the map is no longer ours. */
SEC("?tc")
int exchange_and_drop_new(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct bytes *b, *old;

	if (!v)
		return 0;
	b = bpf_obj_new(struct bytes);
	if (!b)
		return 0;
	old = bpf_kptr_xchg(&v->bytes, b);
	bpf_obj_drop(b);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("?tc")
int exchange_twice_in(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct bytes *b, *old;

	if (!v)
		return 0;
	b = bpf_obj_new(struct bytes);
	if (!b)
		return 0;
	old = bpf_kptr_xchg(&v->bytes, b);
	if (old)
		bpf_obj_drop(old);
	old = bpf_kptr_xchg(&gbytes, b);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("?tc")
int exchange_and_read_new(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct bytes *b, *old;

	if (!v)
		return 0;
	b = bpf_obj_new(struct bytes);
	if (!b)
		return 0;
	old = bpf_kptr_xchg(&v->bytes, b);
	v->data = b->data;
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("?tc")
int exchange_old_untested(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct bytes *old;

	if (!v)
		return 0;
	old = bpf_kptr_xchg(&v->bytes, NULL);
	bpf_obj_drop(old);
	return 0;
}

SEC("?tc")
int exchange_other_type(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct stranger *s;
	struct bytes *old;

	if (!v)
		return 0;
	s = bpf_obj_new(struct stranger);
	if (!s)
		return 0;
	old = bpf_kptr_xchg(&v->bytes, s);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("?tc")
int exchange_item_for_bytes(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct item *n;
	struct bytes *old;

	if (!v)
		return 0;
	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	old = bpf_kptr_xchg(&v->bytes, n);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("?tc")
int exchange_inside_object(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct item *n, *old;

	if (!v)
		return 0;
	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	old = bpf_kptr_xchg(&v->item, &n->data);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("?tc")
int exchange_non_owning(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct item *n, *old;

	if (!v)
		return 0;
	n = bpf_obj_new(struct item);
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, &n->list);
	bpf_spin_unlock(&lock);
	old = bpf_kptr_xchg(&v->item, n);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("?tc")
int exchange_at_data(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct bytes *b, *old;

	if (!v)
		return 0;
	b = bpf_obj_new(struct bytes);
	if (!b)
		return 0;
	old = bpf_kptr_xchg(&v->data, b);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("?tc")
int exchange_at_half(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct bytes *b, *old;

	if (!v)
		return 0;
	b = bpf_obj_new(struct bytes);
	if (!b)
		return 0;
	old = bpf_kptr_xchg((void *)&v->bytes + 4, b);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

/* Loads */

/* A program that can't sleep is in an RCU section as a whole. */
SEC("?tc")
int load_and_test(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct bytes *b;

	if (!v)
		return 0;
	b = v->bytes;
	if (b)
		v->data = b->data;
	return 0;
}

SEC("?tc")
int load_untested(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	v->data = v->bytes->data;
	return 0;
}

SEC("?syscall")
int load_in_rcu(void *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct bytes *b;

	if (!v)
		return 0;
	bpf_rcu_read_lock();
	b = v->bytes;
	if (b)
		v->data = b->data;
	bpf_rcu_read_unlock();
	return 0;
}

/* A load borrows. */
SEC("?tc")
int load_and_drop(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct bytes *b;

	if (!v)
		return 0;
	b = v->bytes;
	if (b)
		bpf_obj_drop(b);
	return 0;
}

SEC("?tc")
int load_item_and_drop(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct item *n;

	if (!v)
		return 0;
	n = v->item;
	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int load_item_and_push(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct item *n;

	if (!v)
		return 0;
	n = v->item;
	if (!n)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_back(&head, &n->list);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("?syscall")
int load_without_rcu_and_drop(void *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct bytes *b;

	if (!v)
		return 0;
	b = v->bytes;
	if (b)
		bpf_obj_drop(b);
	return 0;
}

/* Outside of RCU what is loaded is not trusted, and can only be read. */
SEC("?syscall")
int load_without_rcu_and_write(void *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);
	struct bytes *b;

	if (!v)
		return 0;
	b = v->bytes;
	if (b)
		b->data = 1;
	return 0;
}

/* Pointers inside of objects */

SEC("?tc")
int read_pointer_of_object(struct __sk_buff *ctx)
{
	struct holder *h;

	h = bpf_obj_new(struct holder);
	if (!h)
		return 0;
	(void)*(bytes_t *volatile *)&h->bytes;
	bpf_obj_drop(h);
	return 0;
}

SEC("?tc")
int read_pointer_of_object_under_lock(struct __sk_buff *ctx)
{
	struct holder *h;

	h = bpf_obj_new(struct holder);
	if (!h)
		return 0;
	bpf_spin_lock(&lock);
	(void)*(bytes_t *volatile *)&h->bytes;
	bpf_spin_unlock(&lock);
	bpf_obj_drop(h);
	return 0;
}

/* What is borrowed may be NULL for all that the kernel knows, tested or not. */

SEC("?tc")
int test_borrowed_twice(struct __sk_buff *ctx)
{
	struct bytes *b, *n;

	b = *(bytes_t *volatile *)&gbytes;
	if (!b)
		return 0;
	n = bpf_obj_new(struct bytes);
	if (!n)
		return 0;
	barrier_var(b);
	if (!b)
		return 0;
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int test_borrowed_twice_and_drop(struct __sk_buff *ctx)
{
	struct bytes *b, *n;

	b = *(bytes_t *volatile *)&gbytes;
	if (!b)
		return 0;
	n = bpf_obj_new(struct bytes);
	if (!n)
		return 0;
	barrier_var(b);
	if (!b) {
		bpf_obj_drop(n);
		return 0;
	}
	bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int test_taken_twice(struct __sk_buff *ctx)
{
	struct bytes *b, *n;

	b = bpf_kptr_xchg(&gbytes, NULL);
	if (!b)
		return 0;
	n = bpf_obj_new(struct bytes);
	if (!n) {
		bpf_obj_drop(b);
		return 0;
	}
	barrier_var(b);
	if (!b)
		return 0;
	bpf_obj_drop(n);
	bpf_obj_drop(b);
	return 0;
}

/* Values without any kptr. */

SEC("?tc")
int exchange_with_a_number(struct __sk_buff *ctx)
{
	struct bytes *old = bpf_kptr_xchg(&gdata, NULL);

	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("?tc")
int exchange_with_a_head(struct __sk_buff *ctx)
{
	struct item *old = bpf_kptr_xchg(&head, NULL);

	if (old)
		bpf_obj_drop(old);
	return 0;
}

/* After a loop the kernel still knows what a pointer is that no one looks at again. */

static int nothing(__u32 i, void *ctx)
{
	return 0;
}

SEC("?tc")
int read_untested_after_loop(struct __sk_buff *ctx)
{
	struct bytes *b;

	bpf_loop(2, nothing, NULL, 0);
	b = *(struct bytes *volatile *)&gbytes;
	gdata = *(volatile __u64 *)&b->data;
	return 0;
}

char _license[] SEC("license") = "GPL";
