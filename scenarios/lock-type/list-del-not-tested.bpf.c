/*---
question: May what was taken from the middle of a list be used without a test?
asks: [23]
origin: { kernel: bpf_list_del }
loadable: "no kernel of the model has bpf_list_del"
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: object-leak
  default: not-applicable
  ptr-id/list-del: { verdict: reject, guard: access-pointer-usable }
  lock-type: { verdict: reject, guard: access-pointer-usable }
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
int prog(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_list_node *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_spin_lock(&glock);
	bpf_list_push_back(&ghead, &n->list);
	r = bpf_list_del(&ghead, &n->list);
	bpf_spin_unlock(&glock);
	return container_of(r, struct item, list)->key;
}

char _license[] SEC("license") = "GPL";
