/*---
question: May the lock of a structure be taken or released before its element is tested for NULL?
asks: [1]
origin: { kernel: check_func_arg }
loadable: true
runs:
  - { program: lock, cpu: 0 }
  - { program: unlock, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: lock-pointer-kind }
  fresh-id: not-applicable
  rbtree-owns-lock: { verdict: reject, guard: head-pointer-kind }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct node_data {
	struct bpf_list_node list;
	int data;
};

struct lists {
	struct bpf_list_head head __contains(node_data, list) __guarded_by(lock);
	struct bpf_spin_lock lock;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct lists);
} lists SEC(".maps");

SEC("tc")
int lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct lists *v;

	v = bpf_map_lookup_elem(&lists, &key);
	LOCK_FOR(v->lock, v->head);
	UNLOCK_FOR(v->lock, v->head);
	return 0;
}

SEC("tc")
int unlock(struct __sk_buff *ctx)
{
	int key = 0;
	struct lists *v;

	v = bpf_map_lookup_elem(&lists, &key);
	UNLOCK_FOR(v->lock, v->head);
	return 0;
}

char _license[] SEC("license") = "GPL";
