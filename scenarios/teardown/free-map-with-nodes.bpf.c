/*---
question: Are the nodes in a map freed with it?
asks: [16]
origin: { kernel: bpf_list_head_free }
loadable: true
runs:
  - { program: push, cpu: 0 }
  - { user: [{ unload: { program: push } }, { free_map: { map: m } }] }
expect:
  safety: safe
  default: accept
  fresh-id: not-applicable
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
	__uint(max_entries, 1);
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
	LOCK_FOR(v->lock, v->head);
	bpf_list_push_back(&v->head, &n->list);
	UNLOCK_FOR(v->lock, v->head);
	return 0;
}

char _license[] SEC("license") = "GPL";
