/*---
question: May a structure be locked where there is none?
asks: [1]
origin: { kernel: __process_kf_arg_ptr_to_graph_root }
loadable: "the steps that lock a structure have no kernel counterpart (design.md 7)"
runs:
  - { program: lock, cpu: 0 }
  - { program: unlock, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: structure-has-lock }
  fresh-id: not-applicable
  rbtree-owns-lock: { verdict: reject, guard: head-at-offset }
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
private(A) int data;

SEC("tc")
int lock(struct __sk_buff *ctx)
{
	MODEL_ONLY(bpf_structure_lock(&data));
	MODEL_ONLY(bpf_structure_unlock(&data));
	return 0;
}

SEC("tc")
int unlock(struct __sk_buff *ctx)
{
	MODEL_ONLY(bpf_structure_unlock(&data));
	return 0;
}

char _license[] SEC("license") = "GPL";
