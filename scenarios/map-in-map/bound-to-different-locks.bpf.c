/*---
question: Two inner maps of one outer map are bound to different locks. Which lock does a lookup through the outer map stand for?
asks: [8]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
loadable: true
runs:
  - { program: push, cpu: 0 }
  - { program: direct, cpu: 1 }
  - { user: [{ replace_inner: { map: outer, key: 0, with: inner_b } }] }
expect:
  safety: list-race
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
 * The two records differ in the annotation only, which no kernel compares when a map is put into an outer map.
 */
struct node_data {
	struct bpf_list_node list;
	int data;
};

LOCK(A, lock_a);
LOCK(B, lock_b);

struct val_a {
	struct bpf_list_head head __contains(node_data, list) __guarded_by(lock_a);
};

struct val_b {
	struct bpf_list_head head __contains(node_data, list) __guarded_by(lock_b);
};

struct inner_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val_a);
} inner_a SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val_b);
} inner_b SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, int);
	__array(values, struct inner_map);
} outer SEC(".maps") = {
	.values = { &inner_a },
};

SEC("tc")
int push(struct __sk_buff *ctx)
{
	int key = 0, zero = 0;
	void *inner;
	struct val_a *v;
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
	bpf_spin_lock(&lock_a);
	bpf_list_push_back(&v->head, &n->list);
	bpf_spin_unlock(&lock_a);
	return 0;
}

SEC("tc")
int direct(struct __sk_buff *ctx)
{
	int key = 0;
	struct val_b *v;
	struct node_data *n;

	v = bpf_map_lookup_elem(&inner_b, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_spin_lock(&lock_b);
	bpf_list_push_back(&v->head, &n->list);
	bpf_spin_unlock(&lock_b);
	return 0;
}

char _license[] SEC("license") = "GPL";
