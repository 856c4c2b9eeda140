/*---
question: May a node be taken from a list under the lock of another value of the same type?
asks: [21, 23]
origin: { kernel: bpf_list_del }
loadable: "no kernel of the model has bpf_list_del"
runs:
  - { program: del, cpu: 0 }
  - { program: push, cpu: 1 }
expect:
  safety: list-race
  default: not-applicable
  lock-type: accept
  ptr-id/list-del: { verdict: reject, guard: head-lock-matches }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * Version 3 of the series compared the record (the type) of the held lock; version 4 withdrew that.
 */
struct node_data {
	struct bpf_list_node list;
	struct bpf_refcount ref;
	int data;
};

struct val {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(node_data, list) __guarded_by(lock);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

SEC("tc")
int del(struct __sk_buff *ctx)
{
	int key0 = 0, key1 = 1;
	struct val *v0, *v1;
	struct node_data *n, *again;
	struct bpf_list_node *l;

	v0 = bpf_map_lookup_elem(&m, &key0);
	if (!v0)
		return 0;
	v1 = bpf_map_lookup_elem(&m, &key1);
	if (!v1)
		return 0;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	again = bpf_refcount_acquire(n);
	bpf_spin_lock(&v1->lock);
	bpf_list_push_back(&v1->head, &n->list);
	bpf_spin_unlock(&v1->lock);
	bpf_spin_lock(&v0->lock);
	l = bpf_list_del(&v1->head, &again->list);
	bpf_spin_unlock(&v0->lock);
	if (l)
		bpf_obj_drop(container_of(l, struct node_data, list));
	bpf_obj_drop(again);
	return 0;
}

SEC("tc")
int push(struct __sk_buff *ctx)
{
	int key = 1;
	struct val *v;
	struct node_data *n;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(v->lock, v->head);
	bpf_list_push_back(&v->head, &n->list);
	UNLOCK_FOR(v->lock, v->head);
	return 0;
}

char _license[] SEC("license") = "GPL";
