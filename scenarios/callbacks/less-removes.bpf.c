/*---
question: May less() remove a node from the tree that is being changed?
asks: [10, 11]
origin: { kernel: in_rbtree_lock_required_cb }
loadable: true
runs:
  - { program: add, cpu: 0 }
  - { program: add, cpu: 1, name: before }
expect:
  safety: object-leak
  default: { verdict: reject, guard: remove-not-in-less }
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
	bpf_rbtree_remove(&groot, (struct bpf_rb_node *)b);
	return false;
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

char _license[] SEC("license") = "GPL";
