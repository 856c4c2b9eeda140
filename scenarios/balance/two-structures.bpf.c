/*---
question: May the locks of two structures be held at once?
asks: [13]
origin: { kernel: do_check }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: no-call-under-lock }
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

struct item {
	struct bpf_rb_node rb;
	int key;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);
LOCK(B, other_lock);
private(B) struct bpf_rb_root groot __contains(item, rb) __guarded_by(other_lock);

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	LOCK_FOR(glock, ghead);
	LOCK_FOR(other_lock, groot);
	UNLOCK_FOR(other_lock, groot);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

char _license[] SEC("license") = "GPL";
