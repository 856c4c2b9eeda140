/*---
question: May two CPUs look for the first node of a list without a lock?
asks: [11]
origin: { kernel: check_reg_allocation_locked }
loadable: true
runs:
  - { program: list_front, cpu: 0 }
  - { program: list_front, cpu: 1, name: other }
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
	struct bpf_list_node list;
	int key;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(item, list) __guarded_by(glock);

SEC("tc")
int list_front(struct __sk_buff *ctx)
{
	bpf_list_front(&ghead);
	return 0;
}

char _license[] SEC("license") = "GPL";
