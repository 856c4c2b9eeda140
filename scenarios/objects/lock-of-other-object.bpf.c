/*---
question: May the lock of one object open the list of another?
asks: [9, 21]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
loadable: true
runs:
  - { program: fill, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: head-lock-matches }
  fresh-id: not-applicable
  ptr-id/literal: accept
  lock-type: accept
  lock-address: { verdict: reject, guard: lock-address-known }
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * Safe because nobody else can see either object; no design knows that.
 */
struct inner {
	struct bpf_list_node list;
	int data;
};

struct obj {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(inner, list) __guarded_by(lock);
	struct bpf_list_node link;
};

SEC("tc")
int fill(struct __sk_buff *ctx)
{
	struct obj *o, *other;
	struct inner *i;

	o = bpf_obj_new(typeof(*o));
	if (!o)
		return 0;
	other = bpf_obj_new(typeof(*other));
	if (!other) {
		bpf_obj_drop(o);
		return 0;
	}
	i = bpf_obj_new(typeof(*i));
	if (!i) {
		bpf_obj_drop(other);
		bpf_obj_drop(o);
		return 0;
	}
	LOCK_FOR(other->lock, other->head);
	bpf_list_push_back(&o->head, &i->list);
	UNLOCK_FOR(other->lock, other->head);
	bpf_obj_drop(other);
	bpf_obj_drop(o);
	return 0;
}

char _license[] SEC("license") = "GPL";
