/*---
question: A stash goes with the object that holds it. Is the last reference to what was stashed then the owned one?
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
	item_t __kptr *stashed;
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
	more = bpf_kptr_xchg(&box->stashed, more);
	if (more)
		bpf_obj_drop(more);
	bpf_obj_drop(box);
	bpf_spin_lock(&n->lock);
	n->key = 1;
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
