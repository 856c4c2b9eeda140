/*---
question: Which lists, and which nodes, may not be given to bpf_list_del?
asks: [23]
origin: { kernel: bpf_list_del }
loadable: "no kernel of the model has bpf_list_del"
runs:
  - { program: not_tested, cpu: 0 }
  - { program: a_tree, cpu: 0 }
  - { program: in_two_locks, cpu: 0 }
  - { program: in_many, cpu: 0 }
  - { program: in_no_lock, cpu: 0 }
  - { program: no_lock, cpu: 0 }
  - { program: other_lock_held, cpu: 0 }
  - { program: owned, cpu: 0 }
  - { program: no_node, cpu: 0 }
  - { program: other_type, cpu: 0 }
expect:
  safety: wild-access
  default: not-applicable
  fresh-id: { verdict: reject, guard: head-pointer-kind }
  ptr-id/list-del: { verdict: reject, guard: head-pointer-kind }
  lock-type: { verdict: reject, guard: head-pointer-kind }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * Each program is refused for a reason of its own.
 */
struct node_data {
	struct bpf_list_node list;
	int data;
};

struct wrong {
	struct bpf_list_node list;
	int more;
};

struct both {
	struct bpf_list_node list;
	struct bpf_rb_node rb;
	struct bpf_refcount ref;
};

struct item {
	struct bpf_rb_node rb;
	int key;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);
private(A) struct bpf_list_head wrong_head __contains(wrong, list) __guarded_by(glock);
private(A) struct bpf_list_head both_head __contains(both, list) __guarded_by(glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);
LOCK(B, other_lock);
private(B) int other;
private(C) struct bpf_spin_lock first_lock;
private(C) struct bpf_spin_lock second_lock;
private(C) struct bpf_list_head two_locks __contains(node_data, list) __guarded_by(first_lock);
private(D) struct bpf_spin_lock lock_of_many;
private(D) struct bpf_list_head many[11] __contains(node_data, list) __guarded_by(lock_of_many);
private(E) struct bpf_list_head without_lock __contains(node_data, list) __guarded_by(glock);

struct val {
	struct bpf_list_head head __contains(node_data, list) __guarded_by(lock);
	struct bpf_spin_lock lock;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

SEC("tc")
int not_tested(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	v = bpf_map_lookup_elem(&m, &key);
	bpf_list_del(&v->head, &n->list);
	return 0;
}

SEC("tc")
int a_tree(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_spin_lock(&glock);
	bpf_list_del((struct bpf_list_head *)&groot, &n->list);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("tc")
int in_two_locks(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_list_del(&two_locks, &n->list);
	return 0;
}

SEC("tc")
int in_many(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_list_del(&many[0], &n->list);
	return 0;
}

SEC("tc")
int in_no_lock(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_list_del(&without_lock, &n->list);
	return 0;
}

SEC("tc")
int no_lock(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_list_del(&ghead, &n->list);
	return 0;
}

SEC("tc")
int other_lock_held(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_spin_lock(&other_lock);
	bpf_list_del(&ghead, &n->list);
	bpf_spin_unlock(&other_lock);
	return 0;
}

SEC("tc")
int owned(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_spin_lock(&glock);
	bpf_list_del(&ghead, &n->list);
	bpf_spin_unlock(&glock);
	bpf_obj_drop(n);
	return 0;
}

SEC("tc")
int no_node(struct __sk_buff *ctx)
{
	struct both *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_spin_lock(&glock);
	bpf_list_push_back(&both_head, &n->list);
	bpf_list_del(&both_head, (struct bpf_list_node *)&n->rb);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("tc")
int other_type(struct __sk_buff *ctx)
{
	struct wrong *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_spin_lock(&glock);
	bpf_list_push_back(&wrong_head, &n->list);
	bpf_list_del(&ghead, &n->list);
	bpf_spin_unlock(&glock);
	return 0;
}

char _license[] SEC("license") = "GPL";
