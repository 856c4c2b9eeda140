/*---
question: May the lock of another structure be released than the one that is held?
asks: [1]
origin: { kernel: process_spin_lock }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: unlock-not-held
  default: { verdict: reject, guard: unlock-same-lock }
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
	UNLOCK_FOR(other_lock, groot);
	return 0;
}

char _license[] SEC("license") = "GPL";
