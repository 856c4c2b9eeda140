/*---
question: May an object have more special fields than a record has room for?
asks: [4]
origin: { kernel: btf_find_struct_field }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: field-limit }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct elem {
	struct bpf_list_node node;
};

struct item {
	struct bpf_spin_lock lock;
	struct bpf_list_head heads[11] __contains(elem, node);
	int key;
};

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct item *n;
	struct elem *e;

	e = bpf_obj_new(typeof(*e));
	if (!e)
		return 0;
	bpf_obj_drop(e);

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
