/*---
question: May a reference be taken through a pointer into the middle of an object?
asks: [11]
origin: { kernel: bpf_refcount_acquire_impl }
loadable: "the acquire has no kernel counterpart here (design.md 7)"
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: wild-access
  default: accept
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct item {
	struct bpf_refcount ref;
	struct bpf_list_node list;
	int key;
};

/* The kfunc adds the place of the count to what it is given, and nothing asks where in the object that is. */
SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct item *n;
	void *more;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	more = MODEL_ONLY(bpf_refcount_acquire(&n->list));
	bpf_obj_drop(more);
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
