/*---
question: A section has two locks. Which calls does the kernel refuse for it (trees)?
asks: [4]
origin: { kernel: btf_parse_fields }
loadable: true
runs:
  - { program: add, cpu: 0 }
  - { program: first, cpu: 0 }
  - { program: remove, cpu: 0 }
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

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct item, rb)->key < container_of(b, struct item, rb)->key;
}

LOCK(A, glock);
LOCK(A, other_lock);
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);

SEC("tc")
int add(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_rbtree_add(&groot, &n->rb, less);
	return 0;
}

SEC("tc")
int first(struct __sk_buff *ctx)
{
	bpf_rbtree_first(&groot);
	return 0;
}

SEC("tc")
int remove(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_rb_node *gone;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	gone = bpf_rbtree_remove(&groot, &n->rb);
	if (gone)
		bpf_obj_drop(container_of(gone, struct item, rb));
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
