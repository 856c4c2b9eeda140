/*---
question: May an object be put on a list while the lock inside it is held?
asks: [9]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
loadable: true
runs:
  - { program: put, cpu: 0 }
  - { program: take, cpu: 1 }
expect:
  safety: bad-free
  default: { verdict: reject, guard: no-call-under-lock }
  fresh-id: not-applicable
  lock-address: { verdict: reject, guard: lock-address-known }
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
  rbtree-owns-lock: { verdict: reject, guard: no-call-under-lock }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * Another CPU pops and drops the object between the two unlocks.
 */
struct obj {
	struct bpf_spin_lock lock;
	struct bpf_list_node link;
	int data;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(obj, link) __guarded_by(glock);

SEC("tc")
int put(struct __sk_buff *ctx)
{
	struct obj *o;

	o = bpf_obj_new(typeof(*o));
	if (!o)
		return 0;
	bpf_spin_lock(&o->lock);
	LOCK_FOR(glock, ghead);
	bpf_list_push_back(&ghead, &o->link);
	UNLOCK_FOR(glock, ghead);
	bpf_spin_unlock(&o->lock);
	return 0;
}

SEC("tc")
int take(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	LOCK_FOR(glock, ghead);
	l = bpf_list_pop_front(&ghead);
	UNLOCK_FOR(glock, ghead);
	if (l)
		bpf_obj_drop(container_of(l, struct obj, link));
	return 0;
}

char _license[] SEC("license") = "GPL";
