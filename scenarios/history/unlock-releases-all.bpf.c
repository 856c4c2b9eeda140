/*---
question: Two nodes are given away in one critical section. Are both gone at its end?
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

struct node_data {
	struct bpf_list_node list;
	int data;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct node_data *n, *m;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	m = bpf_obj_new(typeof(*m));
	if (!m) {
		bpf_obj_drop(n);
		return 0;
	}
	LOCK_FOR(glock, ghead);
	bpf_list_push_back(&ghead, &n->list);
	bpf_list_push_back(&ghead, &m->list);
	n->data = 1;
	UNLOCK_FOR(glock, ghead);
	m->data = 2;
	return 0;
}

char _license[] SEC("license") = "GPL";
