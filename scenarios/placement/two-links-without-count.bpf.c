/*---
question: May a struct be a node of a list and of a tree without a refcount?
asks: [11]
origin: { kernel: btf_parse_fields }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: refcount-for-two-links }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct item {
	struct bpf_list_node list;
	struct bpf_rb_node rb;
	int key;
};

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
