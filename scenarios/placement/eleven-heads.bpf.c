/*---
question: May one lock guard eleven lists of a section?
asks: [4]
origin: { kernel: btf_find_field }
loadable: true
runs:
  - { program: push, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: field-limit }
  fresh-id: not-applicable
  locks-offset: accept
  locks-element: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * A record has room for eleven fields: ten heads and their lock.
 */
struct node_data {
	struct bpf_list_node list;
	int data;
};

LOCK(A, glock);
private(A) struct bpf_list_head heads[11] __contains(node_data, list) __guarded_by(glock);

SEC("tc")
int push(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_spin_lock(&glock);
	bpf_list_push_back(&heads[0], &n->list);
	bpf_spin_unlock(&glock);
	return 0;
}

char _license[] SEC("license") = "GPL";
