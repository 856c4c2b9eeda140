/*---
question: May an object be made under a lock?
asks: [14]
origin: { kernel: is_bpf_graph_api_kfunc }
loadable: true
runs:
  - { program: prog, cpu: 0 }
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
int prog(struct __sk_buff *ctx)
{
	struct node_data *n;

	bpf_spin_lock(&glock);
	n = bpf_obj_new(typeof(*n));
	if (n)
		bpf_list_push_back(&ghead, &n->list);
	bpf_spin_unlock(&glock);
	return 0;
}

char _license[] SEC("license") = "GPL";
