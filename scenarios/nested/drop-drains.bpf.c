/*---
question: Are the nodes of a list freed with the object that holds the list?
asks: [12]
origin: { kernel: bpf_list_head_free }
loadable: true
runs:
  - { program: put, cpu: 0 }
  - { program: take, cpu: 1 }
expect:
  safety: safe
  default: accept
  fresh-id: not-applicable
  lock-address: { verdict: reject, guard: lock-address-known }
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct inner {
	struct bpf_list_node list;
	int data;
};

struct obj {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(inner, list) __guarded_by(lock);
	struct bpf_list_node link;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(obj, link) __guarded_by(glock);

SEC("tc")
int put(struct __sk_buff *ctx)
{
	struct obj *o;
	struct inner *i;

	o = bpf_obj_new(typeof(*o));
	if (!o)
		return 0;
	i = bpf_obj_new(typeof(*i));
	if (!i) {
		bpf_obj_drop(o);
		return 0;
	}
	LOCK_FOR(o->lock, o->head);
	bpf_list_push_back(&o->head, &i->list);
	UNLOCK_FOR(o->lock, o->head);
	LOCK_FOR(glock, ghead);
	bpf_list_push_back(&ghead, &o->link);
	UNLOCK_FOR(glock, ghead);
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
