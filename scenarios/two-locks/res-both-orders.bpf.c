/*---
question: May a node move between two lists under both locks, taken in both orders on two CPUs?
asks: [13]
origin: { kernel: process_spin_lock }
loadable: true
runs:
  - { program: fill, cpu: 0 }
  - { program: forth, cpu: 0 }
  - { program: back, cpu: 1 }
expect:
  safety: safe
  default: not-applicable
  linux-6.18: accept
  ptr-id/list-del: accept
  lock-type: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * A bpf_res_spin_lock fails rather than wait in a circle.
 */
struct node_data {
	struct bpf_list_node list;
	int data;
};

private(A) struct bpf_res_spin_lock lock_a;
private(A) struct bpf_list_head head_a __contains(node_data, list) __guarded_by(lock_a);
private(B) struct bpf_res_spin_lock lock_b;
private(B) struct bpf_list_head head_b __contains(node_data, list) __guarded_by(lock_b);

SEC("tc")
int fill(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	if (bpf_res_spin_lock(&lock_a)) {
		bpf_obj_drop(n);
		return 0;
	}
	bpf_list_push_back(&head_a, &n->list);
	bpf_res_spin_unlock(&lock_a);
	return 0;
}

SEC("tc")
int forth(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	if (bpf_res_spin_lock(&lock_a))
		return 0;
	l = bpf_list_pop_front(&head_a);
	if (!l) {
		bpf_res_spin_unlock(&lock_a);
		return 0;
	}
	if (bpf_res_spin_lock(&lock_b)) {
		bpf_list_push_front(&head_a, l);
		bpf_res_spin_unlock(&lock_a);
		return 0;
	}
	bpf_list_push_back(&head_b, l);
	bpf_res_spin_unlock(&lock_b);
	bpf_res_spin_unlock(&lock_a);
	return 0;
}

SEC("tc")
int back(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	if (bpf_res_spin_lock(&lock_b))
		return 0;
	l = bpf_list_pop_front(&head_b);
	if (!l) {
		bpf_res_spin_unlock(&lock_b);
		return 0;
	}
	if (bpf_res_spin_lock(&lock_a)) {
		bpf_list_push_front(&head_b, l);
		bpf_res_spin_unlock(&lock_b);
		return 0;
	}
	bpf_list_push_back(&head_a, l);
	bpf_res_spin_unlock(&lock_a);
	bpf_res_spin_unlock(&lock_b);
	return 0;
}

char _license[] SEC("license") = "GPL";
