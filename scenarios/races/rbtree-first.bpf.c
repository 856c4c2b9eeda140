/*---
question: May two CPUs look for the first node of a tree without a lock?
asks: [11]
origin: { kernel: check_reg_allocation_locked }
loadable: true
runs:
  - { program: rbtree_first, cpu: 0 }
  - { program: rbtree_first, cpu: 1, name: other }
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
int rbtree_first(struct __sk_buff *ctx)
{
	bpf_rbtree_first(&groot);
	return 0;
}

char _license[] SEC("license") = "GPL";
