/*---
question: May a node that was put at the front of a list be used after the unlock?
asks: [11]
origin: { kernel: invalidate_non_owning_refs }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: dangling-ref
  default: { verdict: reject, guard: access-pointer-usable }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct item {
	int key;
	struct bpf_list_node list;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(item, list) __guarded_by(glock);

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, ghead);
	bpf_list_push_front(&ghead, &n->list);
	UNLOCK_FOR(glock, ghead);
	n->key = 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
