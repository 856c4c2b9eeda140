/*---
question: A list goes with the object that holds it. Is the last reference to a node then the owned one?
asks: [12]
origin: { kernel: bpf_obj_free_fields }
loadable: true
runs:
  - { program: prog, cpu: 0 }
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

struct item {
	struct bpf_spin_lock lock;
	struct bpf_refcount ref;
	struct bpf_list_node list;
	int key;
};

/* clang 14 loses the tag of a pointer to a struct, unless a typedef stands between. */
typedef struct item item_t;

struct box {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(item, list) __guarded_by(lock);
	int data;
};

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct item *n, *more;
	struct box *box;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	box = bpf_obj_new(typeof(*box));
	if (!box) {
		bpf_obj_drop(n);
		return 0;
	}
	more = bpf_refcount_acquire(n);
	if (!more) {
		bpf_obj_drop(box);
		bpf_obj_drop(n);
		return 0;
	}
	LOCK_FOR(box->lock, box->head);
	bpf_list_push_back(&box->head, &more->list);
	UNLOCK_FOR(box->lock, box->head);
	bpf_obj_drop(box);
	bpf_spin_lock(&n->lock);
	n->key = 1;
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
