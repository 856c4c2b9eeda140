/*---
question: Two locks and two heads share a section. May one CPU use head 2 under lock 1 while another uses it under lock 2?
asks: [2]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
hypothesis: "2"
loadable: true
runs:
  - { program: wrong, cpu: 0 }
  - { program: right, cpu: 1 }
expect:
  safety: list-race
  default: { verdict: reject, guard: one-lock-per-value }
  ptr-id-many-locks: accept
  ptr-id-offset: accept
  ptr-id-offset/all-locks: { verdict: reject, guard: head-lock-matches }
  ptr-id-offset/reject-several: { verdict: reject, guard: one-lock-per-value }
  guarded-by: { verdict: reject, guard: head-lock-matches }
  lock-address: { verdict: reject, guard: head-lock-matches }
  locks-offset: { verdict: reject, guard: head-lock-matches }
  locks-element: { verdict: reject, guard: head-lock-matches }
  rbtree-owns-lock: { verdict: reject, guard: head-lock-matches }
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
int wrong(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(lock1, head1);
	bpf_list_push_back(&head2, &n->list);
	UNLOCK_FOR(lock1, head1);
	return 0;
}

SEC("tc")
int right(struct __sk_buff *ctx)
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
