/*---
question: Two lists share a lock, and one CPU forgets it for the second list. Is that seen?
asks: [4, 21]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
loadable: true
runs:
  - { program: wrong, cpu: 0 }
  - { program: push, cpu: 1 }
expect:
  safety: list-race
  default: { verdict: reject, guard: head-lock-held }
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
private(A) struct bpf_list_head head_a __contains(node_data, list) __guarded_by(glock);
private(A) struct bpf_list_head head_b __contains(node_data, list) __guarded_by(glock);

SEC("tc")
int wrong(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	LOCK_FOR(glock, head_a);
	l = bpf_list_pop_front(&head_a);
	UNLOCK_FOR(glock, head_a);
	if (!l) {
		l = bpf_list_pop_front(&head_b);
		if (!l)
			return 0;
	}
	bpf_obj_drop(container_of(l, struct node_data, list));
	return 0;
}

SEC("tc")
int push(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, head_b);
	bpf_list_push_back(&head_b, &n->list);
	UNLOCK_FOR(glock, head_b);
	return 0;
}

char _license[] SEC("license") = "GPL";
