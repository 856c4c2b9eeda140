/*---
question: May two types hold lists of each other?
asks: [12]
origin: { kernel: btf_check_and_fixup_fields }
loadable: true
runs:
  - { program: make_a, cpu: 0 }
  - { program: make_b, cpu: 1 }
expect:
  safety: safe
  default: { verdict: reject, guard: no-ownership-cycle }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * These programs build no cycle. The rule is there so that none can be built and that freeing ends.
 */
struct a {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(b, list) __guarded_by(lock);
	struct bpf_list_node list;
	int data;
};

struct b {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(a, list) __guarded_by(lock);
	struct bpf_list_node list;
	int data;
};

SEC("tc")
int make_a(struct __sk_buff *ctx)
{
	struct a *p;

	p = bpf_obj_new(typeof(*p));
	if (p)
		bpf_obj_drop(p);
	return 0;
}

SEC("tc")
int make_b(struct __sk_buff *ctx)
{
	struct b *p;

	p = bpf_obj_new(typeof(*p));
	if (p)
		bpf_obj_drop(p);
	return 0;
}

char _license[] SEC("license") = "GPL";
