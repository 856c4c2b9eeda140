/*---
question: Are nodes in an array nodes?
asks: [4]
origin: { kernel: btf_find_field_one }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: safe
  default: accept
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * The kernel looks for heads, roots and kptrs in arrays, not for nodes: these are plain bytes, and no limit counts them.
 */
struct item {
	struct bpf_list_node nodes[12];
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
