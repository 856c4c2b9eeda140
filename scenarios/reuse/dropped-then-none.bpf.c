/*---
question: A variable held an object that was dropped, then NULL. What is it to use it?
asks: [11]
origin: { kernel: check_mem_access }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: access-pointer-usable }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct item {
	struct bpf_refcount ref;
	struct bpf_list_node list;
	struct bpf_rb_node rb;
	int key;
};

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct item *n, *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	r = n;
	bpf_obj_drop(n);
	r = NULL;
	r->key = 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
