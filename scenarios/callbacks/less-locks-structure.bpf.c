/*---
question: May less() take the lock of another tree?
asks: [10, 13]
origin: { kernel: check_func_arg }
loadable: true
runs:
  - { program: add, cpu: 0 }
  - { program: add, cpu: 1, name: before }
expect:
  safety: safe
  default: { verdict: reject, guard: no-call-under-lock }
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
LOCK(B, other_lock);
private(B) struct bpf_rb_root other_root __contains(item, rb) __guarded_by(other_lock);
private(C) int counter;

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	LOCK_FOR(other_lock, other_root);
	counter++;
	UNLOCK_FOR(other_lock, other_root);
	return container_of(a, struct item, rb)->key < container_of(b, struct item, rb)->key;
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
