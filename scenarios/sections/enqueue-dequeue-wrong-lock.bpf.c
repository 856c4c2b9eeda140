/*---
question: May a node be put on the list of one section under the lock of the other?
asks: [3]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Alexei Starovoitov }
loadable: true
runs:
  - { program: wrong, cpu: 0 }
  - { program: right, cpu: 1 }
expect:
  safety: list-race
  default: { verdict: reject, guard: head-lock-matches }
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

LOCK(enqueue, enqueue_lock);
private(enqueue) struct bpf_list_head enqueue_head __contains(node_data, list) __guarded_by(enqueue_lock);
LOCK(dequeue, dequeue_lock);
private(dequeue) struct bpf_list_head dequeue_head __contains(node_data, list) __guarded_by(dequeue_lock);

SEC("tc")
int wrong(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(enqueue_lock, enqueue_head);
	bpf_list_push_back(&dequeue_head, &n->list);
	UNLOCK_FOR(enqueue_lock, enqueue_head);
	return 0;
}

SEC("tc")
int right(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(dequeue_lock, dequeue_head);
	bpf_list_push_back(&dequeue_head, &n->list);
	UNLOCK_FOR(dequeue_lock, dequeue_head);
	return 0;
}

char _license[] SEC("license") = "GPL";
