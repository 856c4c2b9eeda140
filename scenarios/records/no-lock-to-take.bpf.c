/*---
question: May a lock be taken or released in a section that has a head and no lock?
asks: [4]
origin: { kernel: btf_parse_fields }
loadable: true
runs:
  - { program: lock, cpu: 0 }
  - { program: unlock, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: head-has-lock }
  fresh-id: not-applicable
  guarded-by/global-names: { verdict: reject, guard: map-has-lock }
  guarded-by/global-names-declared-teardown: { verdict: reject, guard: map-has-lock }
  rbtree-owns-lock: { verdict: reject, guard: map-has-lock }
  lock-address: { verdict: reject, guard: map-has-lock }
  locks-offset: { verdict: reject, guard: map-has-lock }
  locks-element: { verdict: reject, guard: map-has-lock }
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
private(B) struct bpf_list_head lonely __contains(node_data, list) __guarded_by(glock);

SEC("tc")
int lock(struct __sk_buff *ctx)
{
	bpf_spin_lock((struct bpf_spin_lock *)&lonely);
	return 0;
}

SEC("tc")
int unlock(struct __sk_buff *ctx)
{
	bpf_spin_unlock((struct bpf_spin_lock *)&lonely);
	return 0;
}

char _license[] SEC("license") = "GPL";
