/*---
question: May a list or tree be used before the element it lies in is tested for NULL (lists)?
asks: [11]
origin: { kernel: check_kfunc_args }
loadable: true
runs:
  - { program: push_front, cpu: 0 }
  - { program: push_back, cpu: 0 }
  - { program: pop_front, cpu: 0 }
  - { program: pop_back, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: head-pointer-kind }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct node_data {
	struct bpf_list_node list;
	int data;
};

struct item {
	struct bpf_rb_node rb;
	int key;
};

struct lists {
	struct bpf_list_head head __contains(node_data, list) __guarded_by(lock);
	struct bpf_spin_lock lock;
};

struct trees {
	struct bpf_rb_root root __contains(item, rb) __guarded_by(lock);
	struct bpf_spin_lock lock;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct lists);
} lists SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct trees);
} trees SEC(".maps");

SEC("tc")
int push_front(struct __sk_buff *ctx)
{
	int key = 0;
	struct lists *v;
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	v = bpf_map_lookup_elem(&lists, &key);
	bpf_list_push_front(&v->head, &n->list);
	return 0;
}

SEC("tc")
int push_back(struct __sk_buff *ctx)
{
	int key = 0;
	struct lists *v;
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	v = bpf_map_lookup_elem(&lists, &key);
	bpf_list_push_back(&v->head, &n->list);
	return 0;
}

SEC("tc")
int pop_front(struct __sk_buff *ctx)
{
	int key = 0;
	struct lists *v;
	struct bpf_list_node *l;

	v = bpf_map_lookup_elem(&lists, &key);
	l = bpf_list_pop_front(&v->head);
	if (l)
		bpf_obj_drop(container_of(l, struct node_data, list));
	return 0;
}

SEC("tc")
int pop_back(struct __sk_buff *ctx)
{
	int key = 0;
	struct lists *v;
	struct bpf_list_node *l;

	v = bpf_map_lookup_elem(&lists, &key);
	l = bpf_list_pop_back(&v->head);
	if (l)
		bpf_obj_drop(container_of(l, struct node_data, list));
	return 0;
}

char _license[] SEC("license") = "GPL";
