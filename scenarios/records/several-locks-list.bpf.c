/*---
question: A section has two locks. Which calls does the kernel refuse for it (lists)?
asks: [4]
origin: { kernel: btf_parse_fields }
loadable: true
runs:
  - { program: push_front, cpu: 0 }
  - { program: push_back, cpu: 0 }
  - { program: pop_front, cpu: 0 }
  - { program: pop_back, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: head-lock-held }
  fresh-id: { verdict: reject, guard: one-lock-per-value }
  ptr-id: { verdict: reject, guard: one-lock-per-value }
  ptr-id-offset/reject-several: { verdict: reject, guard: one-lock-per-value }
  named-sections: { verdict: reject, guard: one-lock-per-value }
  lock-type: { verdict: reject, guard: one-lock-per-value }
  linux-6.12: { verdict: reject, guard: one-lock-per-value }
  linux-6.18: { verdict: reject, guard: one-lock-per-value }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * No lock is taken: the section has no usable record, and that is found first.
 */
struct node_data {
	struct bpf_list_node list;
	int data;
};

struct item {
	struct bpf_rb_node rb;
	int key;
};

LOCK(A, glock);
LOCK(A, other_lock);
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);

SEC("tc")
int push_front(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_list_push_front(&ghead, &n->list);
	return 0;
}

SEC("tc")
int push_back(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_list_push_back(&ghead, &n->list);
	return 0;
}

SEC("tc")
int pop_front(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	l = bpf_list_pop_front(&ghead);
	if (l)
		bpf_obj_drop(container_of(l, struct node_data, list));
	return 0;
}

SEC("tc")
int pop_back(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	l = bpf_list_pop_back(&ghead);
	if (l)
		bpf_obj_drop(container_of(l, struct node_data, list));
	return 0;
}

char _license[] SEC("license") = "GPL";
