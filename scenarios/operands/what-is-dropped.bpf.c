/*---
question: Which pointers may not be dropped?
asks: [11]
origin: { kernel: check_kfunc_args }
loadable: true
runs:
  - { program: not_tested, cpu: 0 }
  - { program: inside, cpu: 0 }
  - { program: borrowed, cpu: 0 }
  - { program: map_value, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: drop-trusted }
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
int not_tested(struct __sk_buff *ctx)
{
	struct thing *n;

	n = bpf_obj_new(typeof(*n));
	bpf_obj_drop(n);
	return 0;
}

SEC("tc")
int inside(struct __sk_buff *ctx)
{
	struct thing *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_obj_drop(&n->data);
	return 0;
}

SEC("tc")
int borrowed(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = v->stashed;
	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("tc")
int map_value(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	bpf_obj_drop(v);
	return 0;
}

char _license[] SEC("license") = "GPL";
