/*---
question: May a node be removed through an owning reference to it?
asks: [11]
origin: { kernel: check_kfunc_args }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: remove-non-owning }
  fresh-id: not-applicable
  lock-type: accept
  linux-6.18: accept
  ptr-id/list-del: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * Linux 6.12 wants a non-owning reference; 6.16 and later also take a refcounted owning one.
 */
struct item {
	struct bpf_rb_node rb;
	struct bpf_refcount ref;
	int key;
};

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct item, rb)->key < container_of(b, struct item, rb)->key;
}

LOCK(A, glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);
private(A) struct bpf_rb_root other_root __contains(item, rb) __guarded_by(glock);

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct item *n, *m;
	struct bpf_rb_node *rb;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	m = bpf_refcount_acquire(n);
	LOCK_FOR(glock, groot);
	bpf_rbtree_add(&groot, &n->rb, less);
	rb = bpf_rbtree_remove(&groot, &m->rb);
	UNLOCK_FOR(glock, groot);
	if (rb)
		bpf_obj_drop(container_of(rb, struct item, rb));
	bpf_obj_drop(m);
	return 0;
}

char _license[] SEC("license") = "GPL";
