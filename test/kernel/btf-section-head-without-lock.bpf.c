/* SPDX-License-Identifier: Apache-2.0 */
/* A list in a section without a lock. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct item {
	struct bpf_list_node list;
	int data;
};

private(A) struct bpf_list_head ghead __contains(item, list);
private(B) struct bpf_spin_lock glock;

SEC("?tc")
int pop(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	l = bpf_list_pop_front(&ghead);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

SEC("?tc")
int pop_under_other_lock(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&glock);
	l = bpf_list_pop_front(&ghead);
	bpf_spin_unlock(&glock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

char _license[] SEC("license") = "GPL";
