/*---
question: Two locks and two heads share a section, and every head is used under its own lock. Who accepts that?
asks: [2, 21]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
loadable: true
runs:
  - { program: first, cpu: 0 }
  - { program: second, cpu: 1 }
expect:
  safety: safe
  default: { verdict: reject, guard: one-lock-per-value }
  ptr-id-many-locks: accept
  ptr-id-offset: accept
  ptr-id-offset/all-locks: { verdict: reject, guard: head-lock-matches }
  ptr-id-offset/reject-several: { verdict: reject, guard: one-lock-per-value }
  guarded-by: accept
  lock-address: accept
  locks-offset: accept
  locks-element: accept
  rbtree-owns-lock: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct node_data {
	struct bpf_list_node list;
	int data;
};

LOCK(A, lock1);
LOCK(A, lock2);
private(A) struct bpf_list_head head1 __contains(node_data, list) __guarded_by(lock1);
private(A) struct bpf_list_head head2 __contains(node_data, list) __guarded_by(lock2);

SEC("tc")
int first(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(lock1, head1);
	bpf_list_push_back(&head1, &n->list);
	UNLOCK_FOR(lock1, head1);
	return 0;
}

SEC("tc")
int second(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(lock2, head2);
	bpf_list_push_back(&head2, &n->list);
	UNLOCK_FOR(lock2, head2);
	return 0;
}

char _license[] SEC("license") = "GPL";
