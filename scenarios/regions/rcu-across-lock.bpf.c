/*---
question: May an RCU section end while a lock is held?
asks: [14]
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

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	bpf_rcu_read_lock();
	LOCK_FOR(glock, ghead);
	bpf_rcu_read_unlock();
	UNLOCK_FOR(glock, ghead);
	return 0;
}

char _license[] SEC("license") = "GPL";
