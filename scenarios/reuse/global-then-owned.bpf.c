/*---
question: A variable holds the address of a global lock, then an object. Where does the lock of the object lie?
asks: [11]
origin: { kernel: process_spin_lock }
loadable: true
runs:
  - { program: exchange, cpu: 0 }
  - { program: pop_front, cpu: 0 }
  - { program: pop_back, cpu: 0 }
  - { program: remove, cpu: 0 }
expect:
  safety: safe
  default: accept
  fresh-id: not-applicable
  lock-address: { verdict: reject, guard: lock-address-known }
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct item {
	struct bpf_refcount ref;
	struct bpf_spin_lock lock;
	struct bpf_list_node list;
	struct bpf_rb_node rb;
	int key;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(item, list) __guarded_by(glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);

/* clang 14 loses the tag of a pointer to a struct, unless a typedef stands between. */
typedef struct item item_t;

struct val {
	item_t __kptr *stashed;
	int data;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct item, rb)->key < container_of(b, struct item, rb)->key;
}

SEC("tc")
int exchange(struct __sk_buff *ctx)
{
	struct item *r;
	struct val *v;
	int key = 0;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	r = (struct item *)&glock;
	r = bpf_kptr_xchg(&v->stashed, NULL);
	if (!r)
		return 0;
	bpf_spin_lock(&r->lock);
	r->key = 1;
	bpf_spin_unlock(&r->lock);
	bpf_obj_drop(r);
	return 0;
}

SEC("tc")
int pop_front(struct __sk_buff *ctx)
{
	struct item *r;
	struct bpf_list_node *l;

	l = (struct bpf_list_node *)&glock;
	LOCK_FOR(glock, ghead);
	l = bpf_list_pop_front(&ghead);
	UNLOCK_FOR(glock, ghead);
	if (!l)
		return 0;
	r = container_of(l, struct item, list);
	bpf_spin_lock(&r->lock);
	r->key = 1;
	bpf_spin_unlock(&r->lock);
	bpf_obj_drop(r);
	return 0;
}

SEC("tc")
int pop_back(struct __sk_buff *ctx)
{
	struct item *r;
	struct bpf_list_node *l;

	l = (struct bpf_list_node *)&glock;
	LOCK_FOR(glock, ghead);
	l = bpf_list_pop_back(&ghead);
	UNLOCK_FOR(glock, ghead);
	if (!l)
		return 0;
	r = container_of(l, struct item, list);
	bpf_spin_lock(&r->lock);
	r->key = 1;
	bpf_spin_unlock(&r->lock);
	bpf_obj_drop(r);
	return 0;
}

SEC("tc")
int remove(struct __sk_buff *ctx)
{
	struct item *n, *r;
	struct bpf_rb_node *l;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	l = (struct bpf_rb_node *)&glock;
	LOCK_FOR(glock, groot);
	bpf_rbtree_add(&groot, &n->rb, less);
	l = bpf_rbtree_remove(&groot, &n->rb);
	UNLOCK_FOR(glock, groot);
	if (!l)
		return 0;
	r = container_of(l, struct item, rb);
	bpf_spin_lock(&r->lock);
	r->key = 1;
	bpf_spin_unlock(&r->lock);
	bpf_obj_drop(r);
	return 0;
}

char _license[] SEC("license") = "GPL";
