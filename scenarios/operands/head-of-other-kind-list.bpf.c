/*---
question: May a tree be used as a list, or a list as a tree (lists)?
asks: [11]
origin: { kernel: __process_kf_arg_ptr_to_graph_root }
loadable: true
runs:
  - { program: push_front, cpu: 0 }
  - { program: push_back, cpu: 0 }
  - { program: pop_front, cpu: 0 }
  - { program: pop_back, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: head-at-offset }
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

struct item {
	struct bpf_rb_node rb;
	int key;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);

SEC("tc")
int push_front(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, groot);
	bpf_list_push_front((struct bpf_list_head *)&groot, &n->list);
	UNLOCK_FOR(glock, groot);
	return 0;
}

SEC("tc")
int push_back(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, groot);
	bpf_list_push_back((struct bpf_list_head *)&groot, &n->list);
	UNLOCK_FOR(glock, groot);
	return 0;
}

SEC("tc")
int pop_front(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	LOCK_FOR(glock, groot);
	l = bpf_list_pop_front((struct bpf_list_head *)&groot);
	UNLOCK_FOR(glock, groot);
	if (l)
		bpf_obj_drop(container_of(l, struct node_data, list));
	return 0;
}

SEC("tc")
int pop_back(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	LOCK_FOR(glock, groot);
	l = bpf_list_pop_back((struct bpf_list_head *)&groot);
	UNLOCK_FOR(glock, groot);
	if (l)
		bpf_obj_drop(container_of(l, struct node_data, list));
	return 0;
}

char _license[] SEC("license") = "GPL";
