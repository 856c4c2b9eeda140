/*---
question: May a lock in a map value keep the interrupt state, and the program keep it there afterwards?
asks: [13, 14]
origin: { kernel: process_irq_flag }
loadable: true
runs:
  - { program: prog, cpu: 0 }
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

struct val {
	struct bpf_res_spin_lock lock;
	int data;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	unsigned long flags, again;
	struct val *v;
	int key = 0;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	if (bpf_res_spin_lock_irqsave(&v->lock, &flags))
		return 0;
	v->data++;
	bpf_res_spin_unlock_irqrestore(&v->lock, &flags);
	bpf_local_irq_save(&again);
	bpf_local_irq_restore(&again);
	return 0;
}

char _license[] SEC("license") = "GPL";
