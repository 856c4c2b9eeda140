/*---
question: May each inner map have its own lock, which the program chooses at run time?
asks: [7, 8]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
loadable: true
runs:
  - { program: push, cpu: 0 }
  - { program: push, cpu: 1, name: other }
expect:
  safety: safe
  default: { verdict: reject, guard: head-has-lock }
  fresh-id: not-applicable
  guarded-by/global-names: { verdict: reject, guard: head-lock-matches }
  guarded-by/global-names-declared-teardown: { verdict: reject, guard: head-lock-matches }
  lock-address: { verdict: reject, guard: head-lock-matches }
  locks-offset: { verdict: reject, guard: head-lock-matches }
  locks-element: { verdict: reject, guard: head-lock-matches }
  rbtree-owns-lock: accept
  lock-address/refuse-inner-maps: { verdict: reject, guard: inner-map-lock }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * All inner maps share one template, so one declaration stands for all of them: lock_b can't be named.
 */
struct node_data {
	struct bpf_list_node list;
	int data;
};

LOCK(A, lock_a);
LOCK(B, lock_b);

struct val {
	struct bpf_list_head head __contains(node_data, list) __guarded_by(lock_a);
};

struct inner_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} inner_a SEC(".maps"), inner_b SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, int);
	__array(values, struct inner_map);
} outer SEC(".maps") = {
	.values = { &inner_a, &inner_b },
};

SEC("tc")
int push(struct __sk_buff *ctx)
{
	u32 key;
	int zero = 0;
	void *inner;
	struct val *v;
	struct node_data *n;

	key = bpf_get_prandom_u32();
	if (key > 1)
		return 0;
	inner = bpf_map_lookup_elem(&outer, &key);
	if (!inner)
		return 0;
	v = bpf_map_lookup_elem(inner, &zero);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	if (key == 0) {
		LOCK_FOR(lock_a, v->head);
		bpf_list_push_back(&v->head, &n->list);
		UNLOCK_FOR(lock_a, v->head);
	} else {
		LOCK_FOR(lock_b, v->head);
		bpf_list_push_back(&v->head, &n->list);
		UNLOCK_FOR(lock_b, v->head);
	}
	return 0;
}

char _license[] SEC("license") = "GPL";
