/*---
question: May a program load bytes of a packet, which ends it where there are none, while it holds a lock?
asks: [14]
origin: { kernel: check_ld_abs }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: lock-leak
  default: { verdict: reject, guard: load-packet-lock-released }
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
private(A) int first;

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	LOCK_FOR(glock, ghead);
	first = load_word(ctx, 0);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

char _license[] SEC("license") = "GPL";
