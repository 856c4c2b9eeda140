/*---
question: May a callback release what its caller made?
asks: [10, 11]
origin: { kernel: release_reference }
loadable: true
runs:
  - { program: drop, cpu: 0 }
  - { program: push_front, cpu: 0 }
  - { program: push_back, cpu: 0 }
  - { program: add, cpu: 0 }
  - { program: exchange, cpu: 0 }
expect:
  safety: use-after-free
  default: { verdict: reject, guard: release-own-reference }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct node_data {
	struct bpf_list_node list;
	int data;
};

struct item {
	struct bpf_rb_node rb;
	int key;
};

typedef struct item item_t;

struct val {
	item_t __kptr *stashed;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

struct ctx {
	struct node_data *n;
	struct item *i;
	struct val *v;
};

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct item, rb)->key < container_of(b, struct item, rb)->key;
}

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);

static long drop_each(u32 i, struct ctx *c)
{
	bpf_obj_drop(c->n);
	return 0;
}

SEC("tc")
int drop(struct __sk_buff *ctx)
{
	struct ctx c = {};

	c.n = bpf_obj_new(typeof(*c.n));
	if (!c.n)
		return 0;
	bpf_loop(1, drop_each, &c, 0);
	bpf_obj_drop(c.n);
	return 0;
}

static long push_front_each(u32 i, struct ctx *c)
{
	LOCK_FOR(glock, ghead);
	bpf_list_push_front(&ghead, &c->n->list);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("tc")
int push_front(struct __sk_buff *ctx)
{
	struct ctx c = {};

	c.n = bpf_obj_new(typeof(*c.n));
	if (!c.n)
		return 0;
	bpf_loop(1, push_front_each, &c, 0);
	bpf_obj_drop(c.n);
	return 0;
}

static long push_back_each(u32 i, struct ctx *c)
{
	LOCK_FOR(glock, ghead);
	bpf_list_push_back(&ghead, &c->n->list);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("tc")
int push_back(struct __sk_buff *ctx)
{
	struct ctx c = {};

	c.n = bpf_obj_new(typeof(*c.n));
	if (!c.n)
		return 0;
	bpf_loop(1, push_back_each, &c, 0);
	bpf_obj_drop(c.n);
	return 0;
}

static long add_each(u32 i, struct ctx *c)
{
	LOCK_FOR(glock, groot);
	bpf_rbtree_add(&groot, &c->i->rb, less);
	UNLOCK_FOR(glock, groot);
	return 0;
}

SEC("tc")
int add(struct __sk_buff *ctx)
{
	struct ctx c = {};

	c.i = bpf_obj_new(typeof(*c.i));
	if (!c.i)
		return 0;
	bpf_loop(1, add_each, &c, 0);
	bpf_obj_drop(c.i);
	return 0;
}

static long exchange_each(u32 i, struct ctx *c)
{
	struct item *old;

	old = bpf_kptr_xchg(&c->v->stashed, c->i);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("tc")
int exchange(struct __sk_buff *ctx)
{
	struct ctx c = {};
	int key = 0;

	c.v = bpf_map_lookup_elem(&m, &key);
	if (!c.v)
		return 0;
	c.i = bpf_obj_new(typeof(*c.i));
	if (!c.i)
		return 0;
	bpf_loop(1, exchange_each, &c, 0);
	bpf_obj_drop(c.i);
	return 0;
}

char _license[] SEC("license") = "GPL";
