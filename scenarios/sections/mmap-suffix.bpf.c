/*---
question: A lock and a list share a section called enqueue.mmap, by mistake. Can user space write to them?
asks: [19, 22]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Alexei Starovoitov }
loadable: "libbpf has no such section policy"
runs:
  - { program: push, cpu: 0 }
  - { user: [{ mmap: { section: enqueue.mmap } }, { mmap_write: { section: enqueue.mmap, var: glock } }] }
expect:
  safety: safe
  default: { verdict: reject, guard: section-mapped, safety: user-tamper }
  fresh-id: not-applicable
  locks-offset: { verdict: reject, guard: lock-in-locks-section, safety: user-tamper }
  locks-element: { verdict: reject, guard: lock-in-locks-section, safety: user-tamper }
  bss-private: { verdict: reject, guard: section-mapped, safety: user-tamper }
  private-suffix: { verdict: reject, guard: section-mapped, safety: user-tamper }
  reserved-prefix: { verdict: reject, guard: section-mapped, safety: user-tamper }
  custom-hidden: { verdict: reject, guard: section-mapped, safety: user-tamper }
  custom-mapped: { verdict: reject, guard: section-mapped, safety: user-tamper }
  hidden-vars: { verdict: reject, guard: section-mapped, safety: user-tamper }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct node_data {
	struct bpf_list_node list;
	int data;
};

struct bpf_spin_lock glock SEC("enqueue.mmap");
struct bpf_list_head ghead SEC("enqueue.mmap") __contains(node_data, list) __guarded_by(glock);

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
