/*---
question: May one refcounted node be in a list and a tree at once?
asks: [4, 11]
origin: { kernel: check_kfunc_args }
loadable: true
runs:
  - { program: prog, cpu: 0 }
  - { program: pop, cpu: 1 }
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
	struct bpf_list_node list;
	struct bpf_rb_node rb;
	struct bpf_refcount ref;
	int key;
};

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct item, rb)->key < container_of(b, struct item, rb)->key;
}

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(item, list) __guarded_by(glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct item *n, *m;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	m = bpf_refcount_acquire(n);
	bpf_spin_lock(&glock);
	bpf_list_push_back(&ghead, &n->list);
	bpf_rbtree_add(&groot, &m->rb, less);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("tc")
int pop(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&glock);
	l = bpf_list_pop_front(&ghead);
	bpf_spin_unlock(&glock);
	if (!l)
		return 0;
	bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

char _license[] SEC("license") = "GPL";
