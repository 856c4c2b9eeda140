/*---
question: All variables of a section are hidden. Can user space write to them?
asks: [19, 22]
origin: { kernel: bpf_map_mmap }
loadable: true
runs:
  - { program: push, cpu: 0 }
  - { user: [{ mmap: { section: .data.one } }, { mmap_write: { section: .data.one, var: glock } }] }
expect:
  safety: safe
  default: { verdict: reject, guard: section-mapped, safety: user-tamper }
  fresh-id: not-applicable
  locks-offset: { verdict: reject, guard: lock-in-locks-section, safety: user-tamper }
  locks-element: { verdict: reject, guard: lock-in-locks-section, safety: user-tamper }
  named-sections: accept
  lock-type: accept
  linux-6.12: accept
  linux-6.18: accept
  bss-private: { verdict: reject, guard: section-mapped, safety: user-tamper }
  private-suffix: { verdict: reject, guard: section-mapped, safety: user-tamper }
  reserved-prefix: { verdict: reject, guard: section-mapped, safety: user-tamper }
  custom-hidden: accept
  custom-mapped: { verdict: reject, guard: section-mapped, safety: user-tamper }
  hidden-vars: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct node_data {
	struct bpf_list_node list;
	int data;
};

struct bpf_spin_lock glock __hidden SEC(".data.one");
struct bpf_list_head ghead __hidden SEC(".data.one") __contains(node_data, list) __guarded_by(glock);

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
