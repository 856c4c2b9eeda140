/* SPDX-License-Identifier: Apache-2.0 */
/* A tree in a section without a lock. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct tree_item {
	struct bpf_rb_node rb;
	int data;
};

private(A) struct bpf_rb_root groot __contains(tree_item, rb);
private(B) struct bpf_spin_lock glock;

SEC("?tc")
int first(struct __sk_buff *ctx)
{
	return bpf_rbtree_first(&groot) != NULL;
}

SEC("?tc")
int new_tree_item(struct __sk_buff *ctx)
{
	struct tree_item *n = bpf_obj_new(struct tree_item);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
