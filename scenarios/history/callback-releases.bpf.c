/*---
question: May a callback release what its caller made, if the caller does not use it any more?
asks: [10, 11]
origin: { kernel: release_reference }
loadable: true
runs:
  - { program: prog, cpu: 0 }
callbacks: { drop_each: 2 }
expect:
  safety: object-leak
  default: { verdict: reject, guard: exit-references-released }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * 9d9d00ac29d0: the callback may run twice, and then releases twice; or never, and nobody releases.
 */
struct node_data {
	struct bpf_list_node list;
	int data;
};

struct ctx {
	struct node_data *n;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);

static long drop_each(u32 i, struct ctx *c)
{
	bpf_obj_drop(c->n);
	return 0;
}

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct ctx c = {};

	c.n = bpf_obj_new(typeof(*c.n));
	if (!c.n)
		return 0;
	bpf_loop(2, drop_each, &c, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
