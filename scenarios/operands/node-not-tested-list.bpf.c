/*---
question: May a new object be put into a structure before it is tested for NULL (lists)?
asks: [11]
origin: { kernel: check_kfunc_args }
loadable: true
runs:
  - { program: push_front, cpu: 0 }
  - { program: push_back, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: node-pointer-kind }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct node_data {
	struct bpf_list_node list;
	int data;
};

struct item {
	struct bpf_rb_node rb;
	int key;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);

SEC("tc")
int push_front(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	LOCK_FOR(glock, ghead);
	bpf_list_push_front(&ghead, &n->list);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("tc")
int push_back(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	LOCK_FOR(glock, ghead);
	bpf_list_push_back(&ghead, &n->list);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

char _license[] SEC("license") = "GPL";
