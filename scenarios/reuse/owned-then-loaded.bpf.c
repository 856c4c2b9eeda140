/*---
question: A variable holds an object, then a pointer loaded from a map. Is that pointer good when the object is dropped?
asks: [11]
origin: { kernel: btf_ld_kptr_type }
loadable: true
runs:
  - { program: owned, cpu: 0 }
  - { program: offset, cpu: 0 }
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
int owned(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n;
	struct item *r;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	r = n;
	r = v->stashed;
	bpf_obj_drop(n);
	if (r)
		r->key = 1;
	return 0;
}

SEC("tc")
int offset(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *r, *again;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	r = (struct item *)&v->data;
	r = v->stashed;
	if (!r)
		return 0;
	again = bpf_refcount_acquire(r);
	if (again)
		bpf_obj_drop(again);
	return 0;
}

char _license[] SEC("license") = "GPL";
