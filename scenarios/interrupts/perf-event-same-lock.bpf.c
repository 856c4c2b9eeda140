/*---
question: A perf event (an NMI) fires inside a critical section and takes the same lock. Does masking interrupts help?
asks: [20]
origin: { kernel: check_map_prog_compatibility }
loadable: true
runs:
  - { program: sample, cpu: 0, interrupts: [push] }
  - { program: push, cpu: 0 }
expect:
  safety: self-deadlock
  default: { verdict: reject, guard: program-type-graph }
  fresh-id: { verdict: reject, guard: program-type-lock }
  locks-offset: { verdict: reject, guard: program-type-lock }
  locks-element: { verdict: reject, guard: program-type-lock }
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

SEC("perf_event")
int sample(struct bpf_perf_event_data *ctx)
{
	struct bpf_list_node *l;

	LOCK_FOR(glock, ghead);
	l = bpf_list_pop_front(&ghead);
	UNLOCK_FOR(glock, ghead);
	if (l)
		bpf_obj_drop(container_of(l, struct node_data, list));
	return 0;
}

SEC("tc")
int push(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, ghead);
	bpf_list_push_back(&ghead, &n->list);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

char _license[] SEC("license") = "GPL";
