/*---
question: May a resilient lock be used where the record has no room?
asks: [13]
origin: { kernel: btf_find_field }
loadable: true
runs:
  - { program: lock, cpu: 0 }
  - { program: unlock, cpu: 0 }
  - { program: lock_irqsave, cpu: 0 }
  - { program: unlock_irqrestore, cpu: 0 }
expect:
  safety: unlock-not-held
  default: not-applicable
  ptr-id/list-del: { verdict: reject, guard: field-limit }
  lock-type: { verdict: reject, guard: field-limit }
  linux-6.18: { verdict: reject, guard: field-limit }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct node_data {
	struct bpf_list_node list;
	int data;
};

private(A) struct bpf_res_spin_lock lock_a;
private(A) struct bpf_list_head heads[11] __contains(node_data, list) __guarded_by(lock_a);

SEC("tc")
int lock(struct __sk_buff *ctx)
{
	if (bpf_res_spin_lock(&lock_a))
		return 0;
	bpf_res_spin_unlock(&lock_a);
	return 0;
}

SEC("tc")
int unlock(struct __sk_buff *ctx)
{
	bpf_res_spin_unlock(&lock_a);
	return 0;
}

SEC("tc")
int lock_irqsave(struct __sk_buff *ctx)
{
	unsigned long flags;

	if (bpf_res_spin_lock_irqsave(&lock_a, &flags))
		return 0;
	bpf_res_spin_unlock_irqrestore(&lock_a, &flags);
	return 0;
}

SEC("tc")
int unlock_irqrestore(struct __sk_buff *ctx)
{
	unsigned long flags = 0;

	bpf_res_spin_unlock_irqrestore(&lock_a, &flags);
	return 0;
}

char _license[] SEC("license") = "GPL";
