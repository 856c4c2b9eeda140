/*---
question: May a program use what it sees in a stash, while user space overwrites or deletes the element?
asks: [16]
origin: { kernel: bpf_obj_free_fields }
loadable: true
runs:
  - { program: use_one, cpu: 0 }
  - { program: use_two, cpu: 0 }
  - { program: use_three, cpu: 0 }
  - { user: [{ update: { map: one, key: 0 } }, { update: { map: two, key: 0 } }, { delete: { map: three, key: 0 } }] }
elements: { one: [0], three: [0] }
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
	int key;
};

/* clang 14 loses the tag of a pointer to a struct, unless a typedef stands between. */
typedef struct item item_t;

struct val {
	item_t __kptr *stashed;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} one SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} two SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} three SEC(".maps");

SEC("tc")
int use_one(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n, *old;

	v = bpf_map_lookup_elem(&one, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	old = bpf_kptr_xchg(&v->stashed, n);
	if (old)
		bpf_obj_drop(old);
	n = v->stashed;
	if (n)
		return n->key;
	return 0;
}

SEC("tc")
int use_two(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n, *old;

	v = bpf_map_lookup_elem(&two, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	old = bpf_kptr_xchg(&v->stashed, n);
	if (old)
		bpf_obj_drop(old);
	n = v->stashed;
	if (n)
		return n->key;
	return 0;
}

SEC("tc")
int use_three(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n, *old;

	v = bpf_map_lookup_elem(&three, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	old = bpf_kptr_xchg(&v->stashed, n);
	if (old)
		bpf_obj_drop(old);
	n = v->stashed;
	if (n)
		return n->key;
	return 0;
}

char _license[] SEC("license") = "GPL";
