/*---
question: May two CPUs put nodes at the front of a list without a lock?
asks: [11]
origin: { kernel: check_reg_allocation_locked }
loadable: true
runs:
  - { program: push_front, cpu: 0 }
  - { program: push_front, cpu: 1, name: other }
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
	struct bpf_list_node list;
	int key;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(item, list) __guarded_by(glock);

SEC("tc")
int push_front(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_list_push_front(&ghead, &n->list);
	return 0;
}

char _license[] SEC("license") = "GPL";
