/*---
question: May two CPUs take the last node of a list without a lock?
asks: [11]
origin: { kernel: check_reg_allocation_locked }
loadable: true
runs:
  - { program: pop_back, cpu: 0 }
  - { program: pop_back, cpu: 1, name: other }
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
int pop_back(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	l = bpf_list_pop_back(&ghead);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

char _license[] SEC("license") = "GPL";
