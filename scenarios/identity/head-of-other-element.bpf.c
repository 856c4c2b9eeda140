/*---
question: May a CPU use the list of one array element under the lock of another?
asks: [21, 23]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
loadable: true
runs:
  - { program: wrong, cpu: 0 }
  - { program: push, cpu: 1 }
expect:
  safety: list-race
  default: { verdict: reject, guard: head-lock-matches }
  fresh-id: not-applicable
  ptr-id/literal: accept
  lock-type: accept
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct node_data {
	struct bpf_list_node list;
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
int wrong(struct __sk_buff *ctx)
{
	int key0 = 0, key1 = 1;
	struct val *v0, *v1;
	struct node_data *n;

	v0 = bpf_map_lookup_elem(&m, &key0);
	if (!v0)
		return 0;
	v1 = bpf_map_lookup_elem(&m, &key1);
	if (!v1)
		return 0;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(v0->lock, v0->head);
	bpf_list_push_back(&v1->head, &n->list);
	UNLOCK_FOR(v0->lock, v0->head);
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
