/* SPDX-License-Identifier: Apache-2.0 */
/* More special fields in a section than a record has room for. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct item {
	struct bpf_list_node list;
	int data;
};

private(A) struct bpf_spin_lock glock;
private(A) struct bpf_list_head heads[11] __contains(item, list);

SEC("?tc")
int lock(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int new_item(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
