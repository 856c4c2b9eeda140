/*---
question: A section has two locks. May one be released that is not held?
asks: [1]
origin: { kernel: btf_parse_fields }
loadable: true
runs:
  - { program: unlock, cpu: 0 }
  - { program: unlock_many, cpu: 0 }
expect:
  safety: unlock-not-held
  default: { verdict: reject, guard: unlock-some-lock-held }
  fresh-id: { verdict: reject, guard: one-lock-per-value }
  ptr-id: { verdict: reject, guard: one-lock-per-value }
  ptr-id-offset/reject-several: { verdict: reject, guard: one-lock-per-value }
  named-sections: { verdict: reject, guard: one-lock-per-value }
  lock-type: { verdict: reject, guard: one-lock-per-value }
  linux-6.12: { verdict: reject, guard: one-lock-per-value }
  linux-6.18: { verdict: reject, guard: one-lock-per-value }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct node_data {
	struct bpf_list_node list;
	int data;
};

private(A) struct bpf_spin_lock glock;
private(A) struct bpf_spin_lock other_lock;
private(B) struct bpf_spin_lock lock_of_many;
private(B) struct bpf_list_head many[11] __contains(node_data, list) __guarded_by(lock_of_many);

SEC("tc")
int unlock(struct __sk_buff *ctx)
{
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("tc")
int unlock_many(struct __sk_buff *ctx)
{
	bpf_spin_unlock(&lock_of_many);
	return 0;
}

char _license[] SEC("license") = "GPL";
