/*---
question: May the lists of all inner maps be guarded by one global lock, and a node move between two inner maps?
asks: [7]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
hypothesis: "7a"
loadable: true
runs:
  - { program: move, cpu: 0 }
  - { program: push, cpu: 1 }
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
  lock-address/refuse-inner-maps: { verdict: reject, guard: inner-map-lock }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * The table of hypotheses calls lock-type unsound here. It does not get that far: it keeps the rule that a head needs a
 * lock in its own value. Nor is lock-address "partly" able: the bound lock is a global, whose address is always known.
 */
struct node_data {
	struct bpf_list_node list;
	int data;
};

LOCK(A, glock);

struct val {
	struct bpf_list_head head __contains(node_data, list) __guarded_by(glock);
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
int move(struct __sk_buff *ctx)
{
	int key0 = 0, key1 = 1, zero = 0;
	void *inner0, *inner1;
	struct val *v0, *v1;
	struct bpf_list_node *l;

	inner0 = bpf_map_lookup_elem(&outer, &key0);
	if (!inner0)
		return 0;
	v0 = bpf_map_lookup_elem(inner0, &zero);
	if (!v0)
		return 0;
	inner1 = bpf_map_lookup_elem(&outer, &key1);
	if (!inner1)
		return 0;
	v1 = bpf_map_lookup_elem(inner1, &zero);
	if (!v1)
		return 0;
	LOCK_FOR(glock, v0->head);
	l = bpf_list_pop_front(&v0->head);
	if (l)
		bpf_list_push_back(&v1->head, l);
	UNLOCK_FOR(glock, v0->head);
	return 0;
}

SEC("tc")
int push(struct __sk_buff *ctx)
{
	int key = 0, zero = 0;
	void *inner;
	struct val *v;
	struct node_data *n;

	inner = bpf_map_lookup_elem(&outer, &key);
	if (!inner)
		return 0;
	v = bpf_map_lookup_elem(inner, &zero);
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

char _license[] SEC("license") = "GPL";
