/*---
question: May two CPUs take a node of their own out of a list, where it is not, without a lock?
asks: [11]
origin: { kernel: check_reg_allocation_locked }
loadable: true
runs:
  - { program: list_del, cpu: 0 }
  - { program: list_del, cpu: 1, name: other }
expect:
  safety: list-race
  default: not-applicable
  ptr-id/list-del: { verdict: reject, guard: head-lock-held }
  lock-type: { verdict: reject, guard: head-lock-held }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct item {
	struct bpf_list_node list;
	int key;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(item, list) __guarded_by(glock);

SEC("tc")
int list_del(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_list_node *l;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	l = bpf_list_del(&ghead, &n->list);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
