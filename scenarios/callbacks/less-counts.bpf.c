/*---
question: May less() count a node once more, and put it into a list?
asks: [10, 11]
origin: { kernel: set_rbtree_add_callback_state }
loadable: true
runs:
  - { program: add, cpu: 0 }
expect:
  safety: safe
  default: accept
  fresh-id: not-applicable
  rbtree-owns-lock: { verdict: reject, guard: head-lock-matches }
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

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	int key = container_of(b, struct item, rb)->key;
	struct item *n = bpf_refcount_acquire(container_of(a, struct item, rb));

	if (n)
		bpf_list_push_back(&ghead, &n->list);
	/* The next call of less() has a of its own. */
	a = bpf_rbtree_first(&groot);
	return key;
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
