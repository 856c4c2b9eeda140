/*---
question: May a call be given a field of the object that is not a node of its kind (trees)?
asks: [11]
origin: { kernel: __process_kf_arg_ptr_to_graph_node }
loadable: true
runs:
  - { program: add, cpu: 0 }
  - { program: remove, cpu: 0 }
  - { program: fill, cpu: 1 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: node-at-offset }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct both {
	struct bpf_list_node list;
	struct bpf_rb_node rb;
	struct bpf_rb_node other_rb;
	struct bpf_list_node other_list;
	struct bpf_refcount ref;
	int key;
};

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct both, rb)->key < container_of(b, struct both, rb)->key;
}

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(both, list) __guarded_by(glock);
private(A) struct bpf_rb_root groot __contains(both, rb) __guarded_by(glock);

SEC("tc")
int fill(struct __sk_buff *ctx)
{
	struct both *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, groot);
	bpf_rbtree_add(&groot, &n->rb, less);
	UNLOCK_FOR(glock, groot);
	return 0;
}

SEC("tc")
int add(struct __sk_buff *ctx)
{
	struct both *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, groot);
	bpf_rbtree_add(&groot, (struct bpf_rb_node *)&n->list, less);
	UNLOCK_FOR(glock, groot);
	return 0;
}

SEC("tc")
int remove(struct __sk_buff *ctx)
{
	struct bpf_rb_node *rb;

	LOCK_FOR(glock, groot);
	rb = bpf_rbtree_first(&groot);
	if (!rb) {
		UNLOCK_FOR(glock, groot);
		return 0;
	}
	bpf_rbtree_remove(&groot, (struct bpf_rb_node *)&container_of(rb, struct both, rb)->list);
	UNLOCK_FOR(glock, groot);
	return 0;
}

char _license[] SEC("license") = "GPL";
