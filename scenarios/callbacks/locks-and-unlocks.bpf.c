/*---
question: May a callback take a lock and release it, as often as it is called?
asks: [10, 14]
origin: { kernel: prepare_func_exit }
loadable: true
runs:
  - { program: walk, cpu: 0 }
  - { program: walk, cpu: 1, name: other }
callbacks: { each: 2 }
expect:
  safety: safe
  default: accept
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

static long each(u32 i, void *ctx)
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

SEC("tc")
int walk(struct __sk_buff *ctx)
{
	bpf_loop(2, each, NULL, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
