/*---
question: A static lock and a static list lie in plain .bss. Can user space write to them?
asks: [19, 22]
origin: { kernel: bpf_map_mmap }
loadable: true
runs:
  - { program: prog, cpu: 0 }
  - { user: [{ mmap: { section: .bss } }, { mmap_write: { section: .bss, var: glock } }] }
expect:
  safety: safe
  default: not-applicable
  bss-private: { verdict: reject, guard: section-mapped, safety: user-tamper }
  private-suffix: { verdict: reject, guard: section-mapped, safety: user-tamper }
  reserved-prefix: { verdict: reject, guard: section-mapped, safety: user-tamper }
  custom-hidden: { verdict: reject, guard: section-mapped, safety: user-tamper }
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

static struct bpf_spin_lock glock;
static struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_spin_lock(&glock);
	bpf_list_push_back(&ghead, &n->list);
	bpf_spin_unlock(&glock);
	return 0;
}

char _license[] SEC("license") = "GPL";
