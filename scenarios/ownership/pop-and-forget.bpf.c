/*---
question: May a program forget the node that it put on a list and took out again?
asks: [11]
origin: { kernel: check_reference_leak }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: object-leak
  default: { verdict: reject, guard: exit-references-released }
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
	struct bpf_list_node *l;
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, ghead);
	bpf_list_push_front(&ghead, &n->list);
	l = bpf_list_pop_front(&ghead);
	UNLOCK_FOR(glock, ghead);
	return l != NULL;
}

char _license[] SEC("license") = "GPL";
