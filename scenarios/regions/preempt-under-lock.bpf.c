/*---
question: May preemption be disabled or enabled while a lock is held?
asks: [14]
origin: { kernel: do_check }
loadable: true
runs:
  - { program: disable, cpu: 0 }
  - { program: enable, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: no-call-under-lock }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct node_data {
	struct bpf_list_node list;
	int data;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);

SEC("tc")
int disable(struct __sk_buff *ctx)
{
	LOCK_FOR(glock, ghead);
	bpf_preempt_disable();
	bpf_preempt_enable();
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("tc")
int enable(struct __sk_buff *ctx)
{
	bpf_preempt_disable();
	LOCK_FOR(glock, ghead);
	bpf_preempt_enable();
	UNLOCK_FOR(glock, ghead);
	return 0;
}

char _license[] SEC("license") = "GPL";
