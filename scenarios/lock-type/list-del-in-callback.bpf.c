/*---
question: May a callback release what it took from the middle of a list?
asks: [23]
origin: { kernel: bpf_list_del }
loadable: "no kernel of the model has bpf_list_del"
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: safe
  default: not-applicable
  ptr-id/list-del: accept
  lock-type: accept
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

static long prog_each(u32 i, void *ctx)
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
	if (r)
		bpf_obj_drop(container_of(r, struct item, list));
	return 0;
}

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	bpf_loop(1, prog_each, NULL, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
