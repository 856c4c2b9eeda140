/*---
question: Is a copy of a pointer tested when the pointer is (lists)?
asks: [11]
origin: { kernel: mark_ptr_or_null_regs }
loadable: true
runs:
  - { program: pop_front, cpu: 0 }
  - { program: pop_back, cpu: 0 }
expect:
  safety: safe
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
	struct bpf_rb_node rb;
	int key;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(item, list) __guarded_by(glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);

SEC("tc")
int pop_front(struct __sk_buff *ctx)
{
	struct bpf_list_node *r, *copy;

	LOCK_FOR(glock, ghead);
	r = bpf_list_pop_front(&ghead);
	UNLOCK_FOR(glock, ghead);
	copy = r;
	if (!r)
		return 0;
	bpf_obj_drop(container_of(copy, struct item, list));
	return 0;
}

SEC("tc")
int pop_back(struct __sk_buff *ctx)
{
	struct bpf_list_node *r, *copy;

	LOCK_FOR(glock, ghead);
	r = bpf_list_pop_back(&ghead);
	UNLOCK_FOR(glock, ghead);
	copy = r;
	if (!r)
		return 0;
	bpf_obj_drop(container_of(copy, struct item, list));
	return 0;
}

char _license[] SEC("license") = "GPL";
