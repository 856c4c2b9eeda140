/* SPDX-License-Identifier: Apache-2.0 */
/* Pointers that nothing keeps alive: kptrs loaded outside of an RCU section, and those that outlive theirs. They are read, no more. */
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
	struct bpf_spin_lock lock;
};

typedef struct item item_t;

struct leaf {
	struct bpf_list_node node;
};

/* Nothing special comes first. */
struct crate {
	int data;
	struct bpf_refcount refs;
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(leaf, node);
};

typedef struct crate crate_t;

struct later {
	struct bpf_timer timer;
	struct bpf_wq work;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct later);
} array SEC(".maps");

private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head head __contains(item, list);
private(B) item_t __kptr *kept;
private(C) crate_t __kptr *stored;

/* Loaded where nothing protects it */

SEC("?syscall")
int probe_data(void *ctx)
{
	struct item *n = kept;

	if (n)
		(void)*(volatile int *)&n->data;
	return 0;
}

SEC("?syscall")
int probe_untested(void *ctx)
{
	struct item *n = kept;

	(void)*(volatile int *)&n->data;
	return 0;
}

/* To the kernel this is no object: what is special in one are bytes. */

SEC("?syscall")
int probe_node(void *ctx)
{
	struct item *n = kept;

	if (n)
		(void)*(volatile int *)&n->list;
	return 0;
}

SEC("?syscall")
int probe_count(void *ctx)
{
	struct item *n = kept;

	if (n)
		(void)*(volatile int *)&n->refs;
	return 0;
}

SEC("?syscall")
int probe_lock(void *ctx)
{
	struct item *n = kept;

	if (n)
		(void)*(volatile int *)&n->lock;
	return 0;
}

SEC("?syscall")
int probe_node_in_rcu(void *ctx)
{
	struct item *n = kept;

	bpf_rcu_read_lock();
	if (n)
		(void)*(volatile int *)&n->list;
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?syscall")
int write_node_by_probe(void *ctx)
{
	struct item *n = kept;

	if (n)
		*(volatile int *)&n->list = 1;
	return 0;
}

SEC("?syscall")
int lock_by_probe(void *ctx)
{
	struct item *n = kept;

	if (n) {
		bpf_spin_lock(&n->lock);
		bpf_spin_unlock(&n->lock);
	}
	return 0;
}

SEC("?syscall")
int acquire_by_probe(void *ctx)
{
	struct item *n = kept;

	if (n) {
		n = bpf_refcount_acquire(n);
		if (n)
			bpf_obj_drop(n);
	}
	return 0;
}

SEC("?syscall")
int push_by_probe(void *ctx)
{
	struct item *n = kept;

	if (n) {
		bpf_spin_lock(&lock);
		bpf_list_push_front(&head, &n->list);
		bpf_spin_unlock(&lock);
	}
	return 0;
}

SEC("?syscall")
int exchange_probe(void *ctx)
{
	struct item *n = kept;

	if (n) {
		n = bpf_kptr_xchg(&kept, n);
		if (n)
			bpf_obj_drop(n);
	}
	return 0;
}

SEC("?syscall")
int exchange_by_probe(void *ctx)
{
	struct item *n = kept;
	struct bytes *b;

	if (n) {
		b = bpf_kptr_xchg(&n->bytes, NULL);
		if (b)
			bpf_obj_drop(b);
	}
	return 0;
}

/* What a probe finds is a probe, of which a test tells nothing. */

SEC("?syscall")
int probe_further(void *ctx)
{
	struct item *n = kept;
	struct bytes *b;

	if (n) {
		b = n->bytes;
		(void)*(volatile __u64 *)&b->data;
	}
	return 0;
}

SEC("?syscall")
int probe_further_tested(void *ctx)
{
	struct item *n = kept;
	struct bytes *b;

	if (n) {
		b = n->bytes;
		if (b)
			(void)*(volatile __u64 *)&b->data;
	}
	return 0;
}

SEC("?syscall")
int probe_further_and_write(void *ctx)
{
	struct item *n = kept;
	struct bytes *b;

	if (n) {
		b = n->bytes;
		*(volatile __u64 *)&b->data = 1;
	}
	return 0;
}

SEC("?syscall")
int probe_further_in_rcu_and_drop(void *ctx)
{
	struct item *n = kept;
	struct bytes *b;

	if (!n)
		return 0;
	bpf_rcu_read_lock();
	b = n->bytes;
	bpf_rcu_read_unlock();
	bpf_obj_drop(b);
	return 0;
}

SEC("?syscall")
int store_pointer_by_probe(void *ctx)
{
	struct item *n = kept;

	if (n)
		*(volatile __u64 *)&n->bytes = 0;
	return 0;
}

/* Loaded in an RCU section that is over */

SEC("?syscall")
int data_after_rcu(void *ctx)
{
	struct item *n;

	bpf_rcu_read_lock();
	n = kept;
	bpf_rcu_read_unlock();
	if (n)
		(void)*(volatile int *)&n->data;
	return 0;
}

SEC("?syscall")
int node_after_rcu(void *ctx)
{
	struct item *n;

	bpf_rcu_read_lock();
	n = kept;
	bpf_rcu_read_unlock();
	if (n)
		(void)*(volatile int *)&n->list;
	return 0;
}

SEC("?syscall")
int write_node_after_rcu(void *ctx)
{
	struct item *n;

	bpf_rcu_read_lock();
	n = kept;
	bpf_rcu_read_unlock();
	if (n)
		*(volatile int *)&n->list = 1;
	return 0;
}

SEC("?syscall")
int store_pointer_after_rcu(void *ctx)
{
	struct item *n;

	bpf_rcu_read_lock();
	n = kept;
	bpf_rcu_read_unlock();
	if (n)
		*(volatile __u64 *)&n->bytes = 0;
	return 0;
}

SEC("?syscall")
int exchange_after_rcu(void *ctx)
{
	struct item *n;

	bpf_rcu_read_lock();
	n = kept;
	bpf_rcu_read_unlock();
	if (n) {
		n = bpf_kptr_xchg(&kept, n);
		if (n)
			bpf_obj_drop(n);
	}
	return 0;
}

SEC("?syscall")
int exchange_field_after_rcu(void *ctx)
{
	struct item *n;
	struct bytes *b;

	bpf_rcu_read_lock();
	n = kept;
	bpf_rcu_read_unlock();
	if (n) {
		b = bpf_kptr_xchg(&n->bytes, NULL);
		if (b)
			bpf_obj_drop(b);
	}
	return 0;
}

SEC("?syscall")
int exchange_field_in_rcu(void *ctx)
{
	struct item *n;
	struct bytes *b;

	bpf_rcu_read_lock();
	n = kept;
	if (n) {
		b = bpf_kptr_xchg(&n->bytes, NULL);
		if (b)
			bpf_obj_drop(b);
	}
	bpf_rcu_read_unlock();
	return 0;
}

/* The kernel follows a pointer into an object only where it knows enough of the object. */

SEC("?syscall")
int pop_from_probe(void *ctx)
{
	struct crate *c = stored;
	struct bpf_list_node *n;

	if (!c)
		return 0;
	bpf_spin_lock(&lock);
	n = bpf_list_pop_front(&c->head);
	bpf_spin_unlock(&lock);
	if (n)
		bpf_obj_drop(container_of(n, struct leaf, node));
	return 0;
}

SEC("?tc")
int pop_from_borrowed(struct __sk_buff *ctx)
{
	struct crate *c = stored;
	struct bpf_list_node *n;

	if (!c)
		return 0;
	bpf_spin_lock(&lock);
	n = bpf_list_pop_front(&c->head);
	bpf_spin_unlock(&lock);
	if (n)
		bpf_obj_drop(container_of(n, struct leaf, node));
	return 0;
}

SEC("?tc")
int acquire_borrowed(struct __sk_buff *ctx)
{
	struct crate *c = stored;

	if (!c)
		return 0;
	c = bpf_refcount_acquire(c);
	if (c)
		bpf_obj_drop(c);
	return 0;
}

SEC("?tc")
int acquire_inside_borrowed(struct __sk_buff *ctx)
{
	struct crate *c = stored;

	if (!c)
		return 0;
	c = bpf_refcount_acquire(&c->refs);
	if (c)
		bpf_obj_drop(c);
	return 0;
}

SEC("?syscall")
int acquire_inside_probe(void *ctx)
{
	struct crate *c = stored;

	if (!c)
		return 0;
	c = bpf_refcount_acquire(&c->refs);
	if (c)
		bpf_obj_drop(c);
	return 0;
}

/* A work queue calls its functions where they may sleep, without RCU; a timer with it. */

static int look_at_node(void *map, int *key, void *value)
{
	struct item *n = kept;

	if (n)
		(void)*(volatile int *)&n->list;
	return 0;
}

static int look_at_node_in_rcu(void *map, int *key, void *value)
{
	struct item *n;

	bpf_rcu_read_lock();
	n = kept;
	if (n)
		(void)*(volatile int *)&n->list;
	bpf_rcu_read_unlock();
	return 0;
}

SEC("?tc")
int probe_node_in_work(struct __sk_buff *ctx)
{
	int key = 0;
	struct later *v = bpf_map_lookup_elem(&array, &key);

	if (!v)
		return 0;
	bpf_wq_init(&v->work, &array, 0);
	bpf_wq_set_callback(&v->work, look_at_node, 0);
	return 0;
}

SEC("?tc")
int node_in_rcu_in_work(struct __sk_buff *ctx)
{
	int key = 0;
	struct later *v = bpf_map_lookup_elem(&array, &key);

	if (!v)
		return 0;
	bpf_wq_init(&v->work, &array, 0);
	bpf_wq_set_callback(&v->work, look_at_node_in_rcu, 0);
	return 0;
}

SEC("?tc")
int node_in_timer(struct __sk_buff *ctx)
{
	int key = 0;
	struct later *v = bpf_map_lookup_elem(&array, &key);

	if (!v)
		return 0;
	bpf_timer_init(&v->timer, &array, 0);
	bpf_timer_set_callback(&v->timer, look_at_node);
	return 0;
}

/* Gives clang a reason to keep the structs. */
SEC("?syscall")
int take_all(void *ctx)
{
	struct item *n = bpf_obj_new(struct item);
	struct bytes *b = bpf_obj_new(struct bytes);
	struct crate *c = bpf_obj_new(struct crate);
	struct leaf *l = bpf_obj_new(struct leaf);

	if (c)
		bpf_obj_drop(c);
	if (l)
		bpf_obj_drop(l);
	if (n)
		bpf_obj_drop(n);
	if (b)
		bpf_obj_drop(b);
	return 0;
}

char _license[] SEC("license") = "GPL";
