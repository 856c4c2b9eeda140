/*---
question: May less() release the lock of the tree and take it again?
asks: [10]
origin: { kernel: in_rbtree_lock_required_cb }
loadable: true
runs:
  - { program: add, cpu: 0 }
  - { program: add, cpu: 1, name: before }
  - { program: look, cpu: 1 }
expect:
  safety: list-race
  default: { verdict: reject, guard: not-in-less-callback }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct item {
	struct bpf_rb_node rb;
	int key;
};

LOCK(A, glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	bool before = container_of(a, struct item, rb)->key < container_of(b, struct item, rb)->key;

	UNLOCK_FOR(glock, groot);
	LOCK_FOR(glock, groot);
	return before;
}

SEC("tc")
int add(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, groot);
	bpf_rbtree_add(&groot, &n->rb, less);
	UNLOCK_FOR(glock, groot);
	return 0;
}

SEC("tc")
int look(struct __sk_buff *ctx)
{
	LOCK_FOR(glock, groot);
	bpf_rbtree_first(&groot);
	UNLOCK_FOR(glock, groot);
	return 0;
}

char _license[] SEC("license") = "GPL";
