/*---
question: May a result be used that may be NULL, or is?
asks: [11]
origin: { kernel: check_mem_access }
loadable: true
runs:
  - { program: pop_back, cpu: 0 }
  - { program: remove, cpu: 0 }
  - { program: exchange, cpu: 0 }
  - { program: load, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: access-pointer-usable }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct item {
	struct bpf_refcount ref;
	struct bpf_list_node list;
	struct bpf_rb_node rb;
	int key;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(item, list) __guarded_by(glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct item, rb)->key < container_of(b, struct item, rb)->key;
}

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

SEC("tc")
int pop_back(struct __sk_buff *ctx)
{
	struct bpf_list_node *r;

	LOCK_FOR(glock, ghead);
	r = bpf_list_pop_back(&ghead);
	UNLOCK_FOR(glock, ghead);
	return container_of(r, struct item, list)->key;
}

SEC("tc")
int remove(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_rb_node *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, groot);
	bpf_rbtree_add(&groot, &n->rb, less);
	r = bpf_rbtree_remove(&groot, &n->rb);
	UNLOCK_FOR(glock, groot);
	return container_of(r, struct item, rb)->key;
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
	r = bpf_kptr_xchg(&v->stashed, NULL);
	return r->key;
}

SEC("tc")
int load(struct __sk_buff *ctx)
{
	struct item *r;
	struct val *v;
	int key = 0;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	r = v->stashed;
	return r->key;
}

char _license[] SEC("license") = "GPL";
