/*---
question: May a tree be used as a list, or a list as a tree (trees)?
asks: [11]
origin: { kernel: __process_kf_arg_ptr_to_graph_root }
loadable: true
runs:
  - { program: add, cpu: 0 }
  - { program: first, cpu: 0 }
  - { program: remove, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: head-at-offset }
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

struct item {
	struct bpf_rb_node rb;
	int key;
};

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct item, rb)->key < container_of(b, struct item, rb)->key;
}

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);

SEC("tc")
int add(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, ghead);
	bpf_rbtree_add((struct bpf_rb_root *)&ghead, &n->rb, less);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("tc")
int first(struct __sk_buff *ctx)
{
	LOCK_FOR(glock, ghead);
	bpf_rbtree_first((struct bpf_rb_root *)&ghead);
	UNLOCK_FOR(glock, ghead);
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
	LOCK_FOR(glock, ghead);
	gone = bpf_rbtree_remove((struct bpf_rb_root *)&ghead, &n->rb);
	UNLOCK_FOR(glock, ghead);
	if (gone)
		bpf_obj_drop(container_of(gone, struct item, rb));
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
