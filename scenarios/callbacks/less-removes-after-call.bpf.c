/*---
question: May less() remove a node after a static function has returned?
asks: [10]
origin: { kernel: check_kfunc_args }
loadable: true
runs:
  - { program: add, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: remove-not-in-less }
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
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);

static __noinline int key_of(const struct item *i)
{
	return i->key;
}

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	int key = key_of(container_of(a, struct item, rb));

	bpf_rbtree_remove(&groot, a);
	return key < container_of(b, struct item, rb)->key;
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
