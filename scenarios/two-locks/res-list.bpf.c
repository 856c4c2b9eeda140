/*---
question: May a node be looked at after the resilient lock of its list is released?
asks: [13]
origin: { kernel: invalidate_non_owning_refs }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: dangling-ref
  default: not-applicable
  ptr-id/list-del: { verdict: reject, guard: access-pointer-usable }
  lock-type: { verdict: reject, guard: access-pointer-usable }
  linux-6.18: { verdict: reject, guard: access-pointer-usable }
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
int prog(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	if (bpf_res_spin_lock(&glock)) {
		bpf_obj_drop(n);
		return 0;
	}
	bpf_list_push_back(&ghead, &n->list);
	bpf_res_spin_unlock(&glock);
	n->data = 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
