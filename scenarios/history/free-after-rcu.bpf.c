/*---
question: A node that could not be inserted is read under the lock, while another CPU drops it. Is its memory still there?
asks: [12, 11]
origin: { kernel: __bpf_obj_drop_impl }
loadable: true
runs:
  - { program: prog, cpu: 0 }
  - { program: take, cpu: 1 }
expect:
  safety: safe
  default: accept
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * 7e26cd12ad1c: the node is in list B, so that the lock of A, under which it is read, keeps nobody away.
 */
struct item {
	struct bpf_refcount ref;
	struct bpf_list_node list;
	int key;
};

LOCK(A, alock);
private(A) struct bpf_list_head ahead __contains(item, list) __guarded_by(alock);
LOCK(B, block);
private(B) struct bpf_list_head bhead __contains(item, list) __guarded_by(block);

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct item *n, *again;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	again = bpf_refcount_acquire(n);
	if (!again) {
		bpf_obj_drop(n);
		return 0;
	}
	LOCK_FOR(block, bhead);
	bpf_list_push_back(&bhead, &n->list);
	UNLOCK_FOR(block, bhead);
	LOCK_FOR(alock, ahead);
	bpf_list_push_back(&ahead, &again->list);
	again->key = 1;
	UNLOCK_FOR(alock, ahead);
	return 0;
}

SEC("tc")
int take(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	LOCK_FOR(block, bhead);
	l = bpf_list_pop_front(&bhead);
	UNLOCK_FOR(block, bhead);
	if (!l)
		return 0;
	bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

char _license[] SEC("license") = "GPL";
