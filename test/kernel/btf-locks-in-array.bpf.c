/* SPDX-License-Identifier: Apache-2.0 */
/* Two locks as an array. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct bad {
	struct bpf_spin_lock lock[2];
	int data;
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
int lock_it(struct __sk_buff *ctx)
{
	struct bad *n = bpf_obj_new(struct bad);

	if (!n)
		return 0;
	bpf_spin_lock(&n->lock[0]);
	bpf_spin_unlock(&n->lock[0]);
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
