/*---
question: May the next program on a CPU forget a node that was put on a list before a tail call?
asks: [11]
origin: { kernel: check_reference_leak }
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

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, int);
} progs SEC(".maps");

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(item, list) __guarded_by(glock);

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
	bpf_tail_call(ctx, &progs, 0);
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
