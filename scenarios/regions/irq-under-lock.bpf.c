/*---
question: May interrupts be turned off or on while a lock is held?
asks: [14]
origin: { kernel: do_check }
loadable: true
runs:
  - { program: save, cpu: 0 }
  - { program: restore, cpu: 0 }
expect:
  safety: safe
  default: not-applicable
  ptr-id/list-del: { verdict: reject, guard: no-call-under-lock }
  lock-type: { verdict: reject, guard: no-call-under-lock }
  linux-6.18: { verdict: reject, guard: no-call-under-lock }
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
int save(struct __sk_buff *ctx)
{
	unsigned long flags;

	LOCK_FOR(glock, ghead);
	bpf_local_irq_save(&flags);
	bpf_local_irq_restore(&flags);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("tc")
int restore(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	LOCK_FOR(glock, ghead);
	bpf_local_irq_restore(&flags);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

char _license[] SEC("license") = "GPL";
