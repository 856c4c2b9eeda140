/*---
question: May NULL be dropped?
asks: [11]
origin: { kernel: check_kfunc_args }
loadable: true
runs:
  - { program: tested, cpu: 0 }
  - { program: assigned, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: drop-trusted }
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

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(item, list) __guarded_by(glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);

SEC("tc")
int tested(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n) {
		bpf_obj_drop(n);
		return 0;
	}
	bpf_obj_drop(n);
	return 0;
}

SEC("tc")
int assigned(struct __sk_buff *ctx)
{
	struct item *n, *p;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	p = n;
	p = NULL;
	bpf_obj_drop(p);
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
