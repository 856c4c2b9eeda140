/*---
question: A variable holds a result that was not tested, until a resilient lock is released. May it be calculated with?
asks: [11, 13]
origin: { kernel: adjust_ptr_min_max_vals }
loadable: true
runs:
  - { program: plain, cpu: 0 }
  - { program: irqsave, cpu: 0 }
expect:
  safety: safe
  default: not-applicable
  linux-6.18: accept
  ptr-id/list-del: accept
  lock-type: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct item {
	struct bpf_refcount ref;
	struct bpf_list_node list;
	struct bpf_rb_node rb;
	int key;
};

private(A) struct bpf_res_spin_lock rlock;
private(A) struct bpf_list_head ghead __contains(item, list) __guarded_by(rlock);

SEC("tc")
int plain(struct __sk_buff *ctx)
{
	struct bpf_list_node *r;
	int *more;

	if (bpf_res_spin_lock(&rlock))
		return 0;
	r = bpf_list_front(&ghead);
	bpf_res_spin_unlock(&rlock);
	more = &container_of(r, struct item, list)->key;
	return more == NULL;
}

SEC("tc")
int irqsave(struct __sk_buff *ctx)
{
	struct bpf_list_node *r;
	unsigned long flags;
	int *more;

	if (bpf_res_spin_lock_irqsave(&rlock, &flags))
		return 0;
	r = bpf_list_front(&ghead);
	bpf_res_spin_unlock_irqrestore(&rlock, &flags);
	more = &container_of(r, struct item, list)->key;
	return more == NULL;
}

char _license[] SEC("license") = "GPL";
