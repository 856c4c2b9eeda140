/*---
question: May a node be taken from the middle of a list under the lock of the list?
asks: [23]
origin: { kernel: bpf_list_del }
loadable: "no kernel of the model has bpf_list_del"
runs:
  - { program: put, cpu: 0 }
  - { program: put, cpu: 1, name: other }
expect:
  safety: safe
  default: not-applicable
  lock-type: accept
  ptr-id/list-del: accept
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
int put(struct __sk_buff *ctx)
{
	struct node_data *n;
	struct bpf_list_node *l;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_spin_lock(&glock);
	bpf_list_push_back(&ghead, &n->list);
	l = bpf_list_del(&ghead, &n->list);
	bpf_spin_unlock(&glock);
	if (l)
		bpf_obj_drop(container_of(l, struct node_data, list));
	return 0;
}

char _license[] SEC("license") = "GPL";
