/*---
question: May the next program on a CPU forget a node that was put on a list before a load of packet bytes that are not there?
asks: [11]
origin: { kernel: check_ld_abs }
loadable: true
runs:
  - { program: push, cpu: 0 }
  - { program: pop, cpu: 0 }
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
private(A) int first;

SEC("tc")
int push(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, ghead);
	bpf_list_push_back(&ghead, &n->list);
	UNLOCK_FOR(glock, ghead);
	first = load_byte(ctx, 0);
	LOCK_FOR(glock, ghead);
	l = bpf_list_pop_front(&ghead);
	UNLOCK_FOR(glock, ghead);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("tc")
int pop(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	LOCK_FOR(glock, ghead);
	l = bpf_list_pop_front(&ghead);
	UNLOCK_FOR(glock, ghead);
	return l != NULL;
}

char _license[] SEC("license") = "GPL";
