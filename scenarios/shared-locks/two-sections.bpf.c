/*---
question: May lists of two sections share the lock of the first section?
asks: [5, 21]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
hypothesis: "5"
loadable: true
runs:
  - { program: both, cpu: 0 }
  - { program: second, cpu: 1 }
expect:
  safety: safe
  default: { verdict: reject, guard: head-has-lock }
  fresh-id: not-applicable
  guarded-by/global-names: accept
  guarded-by/global-names-declared-teardown: accept
  lock-address: accept
  locks-offset: accept
  locks-element: accept
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

LOCK(A, glock);
private(A) struct bpf_list_head head_a __contains(node_data, list) __guarded_by(glock);
private(B) struct bpf_list_head head_b __contains(node_data, list) __guarded_by(glock);

SEC("tc")
int both(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	LOCK_FOR(glock, head_a);
	l = bpf_list_pop_front(&head_a);
	if (l)
		bpf_list_push_back(&head_b, l);
	UNLOCK_FOR(glock, head_a);
	return 0;
}

SEC("tc")
int second(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, head_a);
	bpf_list_push_back(&head_b, &n->list);
	UNLOCK_FOR(glock, head_a);
	return 0;
}

char _license[] SEC("license") = "GPL";
