/*---
question: May a node of another type be put on a list?
asks: [11]
origin: { kernel: __process_kf_arg_ptr_to_graph_node }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: node-type-matches }
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

struct wrong {
	struct bpf_list_node list;
	int more;
};

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct wrong *w;

	w = bpf_obj_new(typeof(*w));
	if (!w)
		return 0;
	LOCK_FOR(glock, ghead);
	bpf_list_push_back(&ghead, &w->list);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("tc")
int push(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, ghead);
	bpf_list_push_back(&ghead, &n->list);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

char _license[] SEC("license") = "GPL";
