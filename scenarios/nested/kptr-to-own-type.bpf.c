/*---
question: May an object stash another of its own type, without an end?
asks: [12]
origin: { kernel: btf_check_and_fixup_fields }
loadable: "the field and the step that fills it have no kernel counterpart here (design.md 7)"
runs:
  - { program: make, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: no-ownership-cycle }
  fresh-id: not-applicable
  lock-type: accept
  linux-6.18: accept
  ptr-id/list-del: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * Freeing such a chain recurses as deep as the chain is long. The model frees one level at a time and can not show it.
 */
struct link {
	struct link __kptr_model_only *next;
	int data;
};

SEC("tc")
int make(struct __sk_buff *ctx)
{
	struct link *p, *q, *old;

	p = bpf_obj_new(typeof(*p));
	if (!p)
		return 0;
	q = bpf_obj_new(typeof(*q));
	if (!q) {
		bpf_obj_drop(p);
		return 0;
	}
	old = MODEL_ONLY(bpf_kptr_xchg(&p->next, q));
	if (old)
		bpf_obj_drop(old);
	bpf_obj_drop(p);
	return 0;
}

char _license[] SEC("license") = "GPL";
