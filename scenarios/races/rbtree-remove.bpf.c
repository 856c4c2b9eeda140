/*---
question: May two CPUs take a node of their own out of a tree, where it is not, without a lock?
asks: [11]
origin: { kernel: check_reg_allocation_locked }
loadable: true
runs:
  - { program: rbtree_remove, cpu: 0 }
  - { program: rbtree_remove, cpu: 1, name: other }
expect:
  safety: list-race
  default: { verdict: reject, guard: head-lock-held }
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

SEC("tc")
int rbtree_remove(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_rb_node *l;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	l = bpf_rbtree_remove(&groot, &n->rb);
	if (l)
		bpf_obj_drop(container_of(l, struct item, rb));
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
