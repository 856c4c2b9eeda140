/*---
question: May two CPUs look for the right child of a node without a lock?
asks: [11]
origin: { kernel: check_reg_allocation_locked }
loadable: true
runs:
  - { program: rbtree_right, cpu: 0 }
  - { program: rbtree_right, cpu: 1, name: other }
expect:
  safety: list-race
  default: not-applicable
  ptr-id/list-del: { verdict: reject, guard: head-lock-held }
  lock-type: { verdict: reject, guard: head-lock-held }
  linux-6.18: { verdict: reject, guard: head-lock-held }
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
int rbtree_right(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_rbtree_right(&groot, &n->rb);
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
