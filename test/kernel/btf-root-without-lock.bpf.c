/* SPDX-License-Identifier: Apache-2.0 */
/* A tree without a lock. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct tree_item {
	struct bpf_rb_node rb;
	int data;
};

struct bad {
	struct bpf_rb_root root __contains(tree_item, rb);
};

SEC("?tc")
int new_it(struct __sk_buff *ctx)
{
	struct bad *n = bpf_obj_new(struct bad);

	if (n)
		bpf_obj_drop(n);
	return 0;
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
