/*---
question: May a resilient lock be taken or released in a section that has a head and no lock?
asks: [4, 13]
origin: { kernel: btf_parse_fields }
loadable: true
runs:
  - { program: lock, cpu: 0 }
  - { program: unlock, cpu: 0 }
  - { program: lock_irqsave, cpu: 0 }
  - { program: unlock_irqrestore, cpu: 0 }
expect:
  safety: wild-access
  default: not-applicable
  linux-6.18: { verdict: reject, guard: head-has-lock }
  ptr-id/list-del: { verdict: reject, guard: head-has-lock }
  lock-type: { verdict: reject, guard: head-has-lock }
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
private(B) struct bpf_list_head lonely __contains(node_data, list) __guarded_by(glock);

SEC("tc")
int lock(struct __sk_buff *ctx)
{
	bpf_res_spin_lock((struct bpf_res_spin_lock *)&lonely);
	return 0;
}

SEC("tc")
int unlock(struct __sk_buff *ctx)
{
	bpf_res_spin_unlock((struct bpf_res_spin_lock *)&lonely);
	return 0;
}

SEC("tc")
int lock_irqsave(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_res_spin_lock_irqsave((struct bpf_res_spin_lock *)&lonely, &flags);
	return 0;
}

SEC("tc")
int unlock_irqrestore(struct __sk_buff *ctx)
{
	unsigned long flags;

	bpf_local_irq_save(&flags);
	bpf_res_spin_unlock_irqrestore((struct bpf_res_spin_lock *)&lonely, &flags);
	return 0;
}

char _license[] SEC("license") = "GPL";
