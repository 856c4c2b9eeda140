/*---
question: Is a copy of a pointer tested when the pointer is (kptrs and counted objects)?
asks: [11]
origin: { kernel: mark_ptr_or_null_regs }
loadable: true
runs:
  - { program: exchange, cpu: 0 }
  - { program: load, cpu: 0 }
  - { program: acquire, cpu: 0 }
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
int exchange(struct __sk_buff *ctx)
{
	struct item *r, *copy;
	struct val *v;
	int key = 0;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	r = bpf_kptr_xchg(&v->stashed, NULL);
	copy = r;
	if (!r)
		return 0;
	bpf_obj_drop(copy);
	return 0;
}

SEC("tc")
int load(struct __sk_buff *ctx)
{
	struct item *r, *copy;
	struct val *v;
	int key = 0;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	r = v->stashed;
	copy = r;
	if (!r)
		return 0;
	return copy->key;
}

SEC("tc")
int acquire(struct __sk_buff *ctx)
{
	struct item *n, *r, *copy;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, ghead);
	bpf_list_push_back(&ghead, &n->list);
	r = bpf_refcount_acquire(n);
	UNLOCK_FOR(glock, ghead);
	copy = r;
	if (!r)
		return 0;
	bpf_obj_drop(copy);
	return 0;
}

char _license[] SEC("license") = "GPL";
