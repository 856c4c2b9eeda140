/*---
question: May a node that was put into a tree be used after the unlock?
asks: [11]
origin: { kernel: invalidate_non_owning_refs }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: dangling-ref
  default: { verdict: reject, guard: access-pointer-usable }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct item {
	long before;
	struct bpf_rb_node rb;
	long key;
};

LOCK(A, glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct item, rb)->key < container_of(b, struct item, rb)->key;
}

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, groot);
	bpf_rbtree_add(&groot, &n->rb, less);
	UNLOCK_FOR(glock, groot);
	n->key = 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
