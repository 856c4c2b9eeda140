/*---
question: A variable points into a map value, then at an object taken from a structure. Is the lock of the object its own?
asks: [11]
origin: { kernel: mark_reg_known_zero }
loadable: true
runs:
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

struct locked {
	int data;
	struct bpf_spin_lock lock;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct locked);
} locks SEC(".maps");

SEC("tc")
int pop_front(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_list_node *r;
	struct item *o;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	r = (struct bpf_list_node *)&v->data;
	LOCK_FOR(glock, ghead);
	r = bpf_list_pop_front(&ghead);
	UNLOCK_FOR(glock, ghead);
	if (!r)
		return 0;
	o = container_of(r, struct item, list);
	bpf_spin_lock(&o->lock);
	o->key = 1;
	bpf_spin_unlock(&o->lock);
	bpf_obj_drop(o);
	return 0;
}

SEC("tc")
int pop_back(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_list_node *r;
	struct item *o;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	r = (struct bpf_list_node *)&v->data;
	LOCK_FOR(glock, ghead);
	r = bpf_list_pop_back(&ghead);
	UNLOCK_FOR(glock, ghead);
	if (!r)
		return 0;
	o = container_of(r, struct item, list);
	bpf_spin_lock(&o->lock);
	o->key = 1;
	bpf_spin_unlock(&o->lock);
	bpf_obj_drop(o);
	return 0;
}

SEC("tc")
int remove(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_rb_node *rb;
	struct bpf_rb_node *r;
	struct item *o;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	r = (struct bpf_rb_node *)&v->data;
	LOCK_FOR(glock, groot);
	rb = bpf_rbtree_first(&groot);
	if (!rb) {
		UNLOCK_FOR(glock, groot);
		return 0;
	}
	r = bpf_rbtree_remove(&groot, rb);
	UNLOCK_FOR(glock, groot);
	if (!r)
		return 0;
	o = container_of(r, struct item, rb);
	bpf_spin_lock(&o->lock);
	o->key = 1;
	bpf_spin_unlock(&o->lock);
	bpf_obj_drop(o);
	return 0;
}

char _license[] SEC("license") = "GPL";
