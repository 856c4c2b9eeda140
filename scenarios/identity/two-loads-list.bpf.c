/*---
question: May a list be used under a global lock, when lock, head and unlock are three loads?
asks: [1]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Kumar Kartikeya Dwivedi }
hypothesis: "1"
loadable: true
runs:
  - { program: push, cpu: 0 }
  - { program: pop, cpu: 1 }
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

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);

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

SEC("tc")
int pop(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	LOCK_FOR(glock, ghead);
	l = bpf_list_pop_front(&ghead);
	UNLOCK_FOR(glock, ghead);
	if (!l)
		return 0;
	bpf_obj_drop(container_of(l, struct node_data, list));
	return 0;
}

char _license[] SEC("license") = "GPL";
