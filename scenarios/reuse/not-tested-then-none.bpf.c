/*---
question: A variable holds a pointer that was not tested, then none. May it be calculated with?
asks: [11]
origin: { kernel: adjust_ptr_min_max_vals }
loadable: true
runs:
  - { program: assigned, cpu: 0 }
  - { program: unlocked, cpu: 0 }
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

struct val {
	int data;
	int more;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

SEC("tc")
int assigned(struct __sk_buff *ctx)
{
	struct val *v;
	int *more;
	int key = 0;

	v = bpf_map_lookup_elem(&m, &key);
	v = NULL;
	more = &v->more;
	return more == NULL;
}

SEC("tc")
int unlocked(struct __sk_buff *ctx)
{
	struct bpf_rb_node *r;
	int *more;

	LOCK_FOR(glock, groot);
	r = bpf_rbtree_first(&groot);
	UNLOCK_FOR(glock, groot);
	more = &container_of(r, struct item, rb)->key;
	return more == NULL;
}

char _license[] SEC("license") = "GPL";
