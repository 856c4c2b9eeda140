/*---
question: A variable holds a pointer, then NULL. Does it stay NULL when what it pointed to goes?
asks: [11]
origin: { kernel: mark_ptr_or_null_regs }
loadable: true
runs:
  - { program: owned, cpu: 0 }
  - { program: borrowed, cpu: 0 }
  - { program: tested, cpu: 0 }
expect:
  safety: safe
  default: accept
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
int owned(struct __sk_buff *ctx)
{
	struct item *n, *p, *r;
	struct val *v;
	int key = 0;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	p = n;
	p = NULL;
	bpf_obj_drop(n);
	r = bpf_kptr_xchg(&v->stashed, p);
	if (r)
		bpf_obj_drop(r);
	return 0;
}

SEC("tc")
int borrowed(struct __sk_buff *ctx)
{
	struct item *p, *r;
	struct val *v;
	int key = 0;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	LOCK_FOR(glock, groot);
	p = (struct item *)bpf_rbtree_first(&groot);
	p = NULL;
	UNLOCK_FOR(glock, groot);
	r = bpf_kptr_xchg(&v->stashed, p);
	if (r)
		bpf_obj_drop(r);
	return 0;
}

SEC("tc")
int tested(struct __sk_buff *ctx)
{
	struct item *p, *r;
	struct val *v;
	int key = 0;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	LOCK_FOR(glock, groot);
	p = (struct item *)bpf_rbtree_first(&groot);
	if (p) {
		UNLOCK_FOR(glock, groot);
		return 0;
	}
	UNLOCK_FOR(glock, groot);
	r = bpf_kptr_xchg(&v->stashed, p);
	if (r)
		bpf_obj_drop(r);
	return 0;
}

char _license[] SEC("license") = "GPL";
