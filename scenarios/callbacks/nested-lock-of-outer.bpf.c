/*---
question: May a callback inside a callback use its own list under the lock of the outer value?
asks: [10, 21]
origin: { kernel: map_set_for_each_callback_args }
loadable: "the step that takes one value for the other has no kernel counterpart here"
runs:
  - { program: walk, cpu: 0 }
  - { program: push, cpu: 1 }
elements: { m: [0, 1] }
expect:
  safety: list-race
  default: accept
  fresh-id: not-applicable
  ptr-id/callback-fresh: { verdict: reject, guard: head-lock-matches }
  lock-address: { verdict: reject, guard: lock-address-known }
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * Both values have id 0, so (ptr, id) is one identity for two elements.
 */
struct node_data {
	struct bpf_list_node list;
	int data;
};

struct val {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(node_data, list) __guarded_by(lock);
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

struct context {
	struct val *out;
};

static long inner(struct bpf_map *map, int *key, struct val *v, struct context *c)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(c->out->lock, c->out->head);
	MODEL_ONLY(bpf_list_push_back(&v->head, &n->list));
	UNLOCK_FOR(c->out->lock, c->out->head);
	return 0;
}

static long outer(struct bpf_map *map, int *key, struct val *v, void *ctx)
{
	struct context c = { .out = v };

	bpf_for_each_map_elem(&m, inner, &c, 0);
	return 0;
}

SEC("tc")
int walk(struct __sk_buff *ctx)
{
	bpf_for_each_map_elem(&m, outer, NULL, 0);
	return 0;
}

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
	LOCK_FOR(v->lock, v->head);
	bpf_list_push_back(&v->head, &n->list);
	UNLOCK_FOR(v->lock, v->head);
	return 0;
}

char _license[] SEC("license") = "GPL";
