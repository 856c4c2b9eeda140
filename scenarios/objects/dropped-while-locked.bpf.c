/*---
question: May an object be dropped while the lock inside it is held?
asks: [9]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
loadable: true
runs:
  - { program: drop, cpu: 0 }
expect:
  safety: bad-free
  default: { verdict: reject, guard: no-call-under-lock }
  fresh-id: not-applicable
  lock-address: { verdict: reject, guard: lock-address-known }
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct obj {
	struct bpf_spin_lock lock;
	int data;
};

SEC("tc")
int drop(struct __sk_buff *ctx)
{
	struct obj *o;

	o = bpf_obj_new(typeof(*o));
	if (!o)
		return 0;
	bpf_spin_lock(&o->lock);
	bpf_obj_drop(o);
	return 0;
}

char _license[] SEC("license") = "GPL";
