/*---
question: May a resilient lock be taken with interrupts off, and guard a list?
asks: [13]
origin: { kernel: process_spin_lock }
loadable: true
runs:
  - { program: push, cpu: 0 }
  - { program: push, cpu: 1, name: other }
expect:
  safety: safe
  default: not-applicable
  ptr-id/list-del: accept
  lock-type: accept
  linux-6.18: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct node_data {
	struct bpf_list_node list;
	int data;
};

private(A) struct bpf_res_spin_lock glock;
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);

SEC("tc")
int push(struct __sk_buff *ctx)
{
	struct node_data *n;
	unsigned long flags;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	if (bpf_res_spin_lock_irqsave(&glock, &flags)) {
		bpf_obj_drop(n);
		return 0;
	}
	bpf_list_push_front(&ghead, &n->list);
	bpf_res_spin_unlock_irqrestore(&glock, &flags);
	return 0;
}

char _license[] SEC("license") = "GPL";
