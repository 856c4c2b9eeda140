/*---
question: Does every call on a list or tree need the lock of that list or tree (lists)?
asks: [4, 11]
origin: { kernel: check_reg_allocation_locked }
loadable: true
runs:
  - { program: push_front, cpu: 0 }
  - { program: push_back, cpu: 0 }
  - { program: pop_front, cpu: 0 }
  - { program: pop_back, cpu: 0 }
  - { program: holder, cpu: 1 }
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

struct item {
	struct bpf_rb_node rb;
	int key;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);
LOCK(B, other_lock);
private(B) struct bpf_list_head other_head __contains(node_data, list) __guarded_by(other_lock);
private(B) struct bpf_rb_root other_root __contains(item, rb) __guarded_by(other_lock);

SEC("tc")
int holder(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	LOCK_FOR(glock, ghead);
	l = bpf_list_pop_front(&ghead);
	UNLOCK_FOR(glock, ghead);
	if (l)
		bpf_obj_drop(container_of(l, struct node_data, list));
	return 0;
}

SEC("tc")
int push_front(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(other_lock, other_head);
	bpf_list_push_front(&ghead, &n->list);
	UNLOCK_FOR(other_lock, other_head);
	return 0;
}

SEC("tc")
int push_back(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(other_lock, other_head);
	bpf_list_push_back(&ghead, &n->list);
	UNLOCK_FOR(other_lock, other_head);
	return 0;
}

SEC("tc")
int pop_front(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	LOCK_FOR(other_lock, other_head);
	l = bpf_list_pop_front(&ghead);
	UNLOCK_FOR(other_lock, other_head);
	if (l)
		bpf_obj_drop(container_of(l, struct node_data, list));
	return 0;
}

SEC("tc")
int pop_back(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	LOCK_FOR(other_lock, other_head);
	l = bpf_list_pop_back(&ghead);
	UNLOCK_FOR(other_lock, other_head);
	if (l)
		bpf_obj_drop(container_of(l, struct node_data, list));
	return 0;
}

char _license[] SEC("license") = "GPL";
