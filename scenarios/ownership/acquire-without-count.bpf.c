/*---
question: May a program take a second reference to an object without a refcount?
asks: [11]
origin: { kernel: bpf_refcount_acquire_impl }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: has-refcount }
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

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct node_data *n, *m;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	m = bpf_refcount_acquire(n);
	if (m)
		bpf_obj_drop(m);
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
