/*---
question: Both sections have a lock, but both lists are used under the first. Is that turned away?
asks: [5, 21]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
hypothesis: "5"
loadable: true
runs:
  - { program: push, cpu: 0 }
  - { program: push, cpu: 1, name: other }
expect:
  safety: safe
  default: { verdict: reject, guard: head-lock-matches }
  fresh-id: not-applicable
  guarded-by/global-names: accept
  guarded-by/global-names-declared-teardown: accept
  lock-address: accept
  locks-offset: accept
  locks-element: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * Nobody takes the second lock.
 */
struct node_data {
	struct bpf_list_node list;
	int data;
};

LOCK(A, glock);
private(A) struct bpf_list_head head_a __contains(node_data, list) __guarded_by(glock);
LOCK(B, spare);
private(B) struct bpf_list_head head_b __contains(node_data, list) __guarded_by(glock);

SEC("tc")
int push(struct __sk_buff *ctx)
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
