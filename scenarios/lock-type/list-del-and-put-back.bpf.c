/*---
question: May a node that bpf_list_del() took out be put back, while another CPU looks at the list?
asks: [11]
origin: { kernel: check_kfunc_args }
loadable: true
runs:
  - { program: put_back, cpu: 0 }
  - { program: look, cpu: 1 }
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
	int key;
	struct bpf_list_node list;
};

private(A) struct bpf_list_head ghead __contains(item, list) __guarded_by(glock);
LOCK(A, glock);

SEC("tc")
int put_back(struct __sk_buff *ctx)
{
	struct bpf_list_node *first, *l;
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, ghead);
	bpf_list_push_back(&ghead, &n->list);
	first = bpf_list_front(&ghead);
	if (!first) {
		UNLOCK_FOR(glock, ghead);
		return 0;
	}
	l = bpf_list_del(&ghead, first);
	UNLOCK_FOR(glock, ghead);
	if (!l)
		return 0;
	LOCK_FOR(glock, ghead);
	bpf_list_push_front(&ghead, l);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("tc")
int look(struct __sk_buff *ctx)
{
	LOCK_FOR(glock, ghead);
	bpf_list_front(&ghead);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

char _license[] SEC("license") = "GPL";
