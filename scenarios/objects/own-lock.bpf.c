/*---
question: May an object hold a list and its lock, and be used before anybody else can see it?
asks: [9, 12]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
loadable: true
runs:
  - { program: fill, cpu: 0 }
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

SEC("tc")
int fill(struct __sk_buff *ctx)
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
	bpf_obj_drop(o);
	return 0;
}

char _license[] SEC("license") = "GPL";
