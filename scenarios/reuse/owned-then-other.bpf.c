/*---
question: A variable held an object, then something else. Does it still count as a pointer to that object?
asks: [11]
origin: { kernel: mark_reg_known_zero }
loadable: true
runs:
  - { program: put, cpu: 0 }
  - { program: loaded, cpu: 0 }
  - { program: none, cpu: 0 }
  - { program: dropped, cpu: 0 }
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
int put(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n, *r;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	r = bpf_kptr_xchg(&v->stashed, n);
	if (r)
		bpf_obj_drop(r);
	return 0;
}

SEC("tc")
int loaded(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n, *r;

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
int none(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n, *r;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	r = n;
	r = NULL;
	r = bpf_kptr_xchg(&v->stashed, r);
	if (r)
		bpf_obj_drop(r);
	bpf_obj_drop(n);
	return 0;
}

SEC("tc")
int dropped(struct __sk_buff *ctx)
{
	struct item *n, *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	r = n;
	bpf_obj_drop(n);
	r = NULL;
	if (r)
		r->key = 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
