/*---
question: A variable holds an untrusted pointer, then a node of a list or tree. May the node be written to?
asks: [11]
origin: { kernel: mark_reg_known_zero }
loadable: true
runs:
  - { program: front, cpu: 0 }
  - { program: back, cpu: 0 }
  - { program: root, cpu: 0 }
  - { program: left, cpu: 0 }
  - { program: right, cpu: 0 }
expect:
  safety: safe
  default: not-applicable
  fresh-id: { verdict: reject, guard: sleepable-lock }
  ptr-id/list-del: accept
  lock-type: accept
  linux-6.18: accept
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

SEC("syscall")
int front(void *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_list_node *r;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	r = (struct bpf_list_node *)v->stashed;
	LOCK_FOR(glock, ghead);
	r = bpf_list_front(&ghead);
	if (!r) {
		UNLOCK_FOR(glock, ghead);
		return 0;
	}
	container_of(r, struct item, list)->key = 1;
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("syscall")
int back(void *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_list_node *r;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	r = (struct bpf_list_node *)v->stashed;
	LOCK_FOR(glock, ghead);
	r = bpf_list_back(&ghead);
	if (!r) {
		UNLOCK_FOR(glock, ghead);
		return 0;
	}
	container_of(r, struct item, list)->key = 1;
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("syscall")
int root(void *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_rb_node *r;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	r = (struct bpf_rb_node *)v->stashed;
	LOCK_FOR(glock, groot);
	r = bpf_rbtree_root(&groot);
	if (!r) {
		UNLOCK_FOR(glock, groot);
		return 0;
	}
	container_of(r, struct item, rb)->key = 1;
	UNLOCK_FOR(glock, groot);
	return 0;
}

SEC("syscall")
int left(void *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_rb_node *r;
	struct bpf_rb_node *rb;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	r = (struct bpf_rb_node *)v->stashed;
	LOCK_FOR(glock, groot);
	rb = bpf_rbtree_root(&groot);
	if (!rb) {
		UNLOCK_FOR(glock, groot);
		return 0;
	}
	r = bpf_rbtree_left(&groot, rb);
	if (!r) {
		UNLOCK_FOR(glock, groot);
		return 0;
	}
	container_of(r, struct item, rb)->key = 1;
	UNLOCK_FOR(glock, groot);
	return 0;
}

SEC("syscall")
int right(void *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_rb_node *r;
	struct bpf_rb_node *rb;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	r = (struct bpf_rb_node *)v->stashed;
	LOCK_FOR(glock, groot);
	rb = bpf_rbtree_root(&groot);
	if (!rb) {
		UNLOCK_FOR(glock, groot);
		return 0;
	}
	r = bpf_rbtree_right(&groot, rb);
	if (!r) {
		UNLOCK_FOR(glock, groot);
		return 0;
	}
	container_of(r, struct item, rb)->key = 1;
	UNLOCK_FOR(glock, groot);
	return 0;
}

char _license[] SEC("license") = "GPL";
