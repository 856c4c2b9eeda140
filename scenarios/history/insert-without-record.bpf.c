/*---
question: A node is put into a list twice. Is it still there after the second time?
asks: [12]
origin: { kernel: __bpf_list_add }
loadable: true
runs:
  - { program: prog, cpu: 0 }
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
 * 2140a6e3422d: the second insertion fails, and what it drops is counted elsewhere.
 */
struct item {
	struct bpf_list_node list;
	struct bpf_refcount ref;
	int key;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(item, list) __guarded_by(glock);

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct item *n, *again;
	struct bpf_list_node *l;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	again = bpf_refcount_acquire(n);
	if (!again) {
		bpf_obj_drop(n);
		return 0;
	}
	LOCK_FOR(glock, ghead);
	bpf_list_push_back(&ghead, &n->list);
	bpf_list_push_back(&ghead, &again->list);
	l = bpf_list_pop_front(&ghead);
	UNLOCK_FOR(glock, ghead);
	if (!l)
		return 0;
	n = container_of(l, struct item, list);
	n->key = 1;
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
