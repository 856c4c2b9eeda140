/*---
question: May a node move from one section to another, with one lock at a time?
asks: [3]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Alexei Starovoitov }
loadable: true
runs:
  - { program: enqueue, cpu: 0 }
  - { program: move, cpu: 1 }
expect:
  safety: safe
  default: accept
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
int enqueue(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(enqueue_lock, enqueue_head);
	bpf_list_push_back(&enqueue_head, &n->list);
	UNLOCK_FOR(enqueue_lock, enqueue_head);
	return 0;
}

SEC("tc")
int move(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	LOCK_FOR(enqueue_lock, enqueue_head);
	l = bpf_list_pop_front(&enqueue_head);
	UNLOCK_FOR(enqueue_lock, enqueue_head);
	if (!l)
		return 0;
	LOCK_FOR(dequeue_lock, dequeue_head);
	bpf_list_push_back(&dequeue_head, l);
	UNLOCK_FOR(dequeue_lock, dequeue_head);
	return 0;
}

char _license[] SEC("license") = "GPL";
