/*---
question: May the lists in the elements of an array be guarded by one global lock?
asks: [5, 21]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
hypothesis: "5"
loadable: true
runs:
  - { program: push, cpu: 0 }
  - { program: move, cpu: 1 }
expect:
  safety: safe
  default: { verdict: reject, guard: head-has-lock }
  fresh-id: not-applicable
  guarded-by/global-names: accept
  guarded-by/global-names-declared-teardown: accept
  lock-address: accept
  locks-offset: accept
  locks-element: accept
  rbtree-owns-lock: { verdict: reject, guard: head-lock-matches }
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

struct val {
	struct bpf_list_head head __contains(node_data, list) __guarded_by(glock);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

SEC("tc")
int push(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct node_data *n;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, v->head);
	bpf_list_push_back(&v->head, &n->list);
	UNLOCK_FOR(glock, v->head);
	return 0;
}

SEC("tc")
int move(struct __sk_buff *ctx)
{
	int key0 = 0, key1 = 1;
	struct val *v0, *v1;
	struct bpf_list_node *l;

	v0 = bpf_map_lookup_elem(&m, &key0);
	if (!v0)
		return 0;
	v1 = bpf_map_lookup_elem(&m, &key1);
	if (!v1)
		return 0;

	LOCK_FOR(glock, v0->head);
	l = bpf_list_pop_front(&v0->head);
	if (l)
		bpf_list_push_back(&v1->head, l);
	UNLOCK_FOR(glock, v0->head);
	return 0;
}

char _license[] SEC("license") = "GPL";
