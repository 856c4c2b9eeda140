/*---
question: What may not be put into a map?
asks: [11]
origin: { kernel: process_kptr_func }
loadable: true
runs:
  - { program: not_a_field, cpu: 0 }
  - { program: not_tested, cpu: 0 }
  - { program: borrowed, cpu: 0 }
  - { program: other_type, cpu: 0 }
  - { program: load_elsewhere, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: xchg-field-is-kptr }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct thing {
	struct bpf_list_node list;
	int data;
	struct bpf_list_node other;
};

struct item {
	struct bpf_refcount ref;
	struct bpf_list_node list;
	int key;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(thing, list) __guarded_by(glock);

typedef struct item item_t;
typedef struct thing thing_t;

struct val {
	item_t __kptr *stashed;
	thing_t __kptr *thing;
	int data;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

SEC("tc")
int not_a_field(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n, *old;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	old = bpf_kptr_xchg((void *)&v->data, n);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("tc")
int not_tested(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n, *old;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	old = bpf_kptr_xchg(&v->stashed, n);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("tc")
int borrowed(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n, *old;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = v->stashed;
	if (!n)
		return 0;
	old = bpf_kptr_xchg(&v->stashed, n);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("tc")
int other_type(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct thing *n, *old;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	old = bpf_kptr_xchg((void *)&v->stashed, n);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("tc")
int load_elsewhere(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct val *w;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	w = (struct val *)&v->data;
	return w->stashed == NULL;
	return 0;
}

char _license[] SEC("license") = "GPL";
