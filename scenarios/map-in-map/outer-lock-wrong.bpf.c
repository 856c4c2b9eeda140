/*---
question: The lists of all inner maps are guarded by one global lock. What if a CPU takes another?
asks: [7]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
hypothesis: "7a"
loadable: true
runs:
  - { program: right, cpu: 0 }
  - { program: wrong, cpu: 1 }
expect:
  safety: list-race
  default: { verdict: reject, guard: head-has-lock }
  fresh-id: not-applicable
  guarded-by/global-names: { verdict: reject, guard: head-lock-matches }
  guarded-by/global-names-declared-teardown: { verdict: reject, guard: head-lock-matches }
  lock-address: { verdict: reject, guard: head-lock-matches }
  locks-offset: { verdict: reject, guard: head-lock-matches }
  locks-element: { verdict: reject, guard: head-lock-matches }
  rbtree-owns-lock: { verdict: reject, guard: head-lock-matches }
  lock-address/refuse-inner-maps: { verdict: reject, guard: inner-map-lock }
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

LOCK(B, other);

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
int right(struct __sk_buff *ctx)
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
	bpf_spin_lock(&glock);
	bpf_list_push_back(&v->head, &n->list);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("tc")
int wrong(struct __sk_buff *ctx)
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
	bpf_spin_lock(&other);
	bpf_list_push_back(&v->head, &n->list);
	bpf_spin_unlock(&other);
	return 0;
}

char _license[] SEC("license") = "GPL";
