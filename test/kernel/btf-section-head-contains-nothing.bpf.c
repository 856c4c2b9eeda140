/* SPDX-License-Identifier: Apache-2.0 */
/* A list in a section that does not say what it contains. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

private(A) struct bpf_spin_lock glock;
private(A) struct bpf_list_head ghead;

SEC("?tc")
int lock(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int pop(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	bpf_list_pop_front(&ghead);
	bpf_spin_unlock(&glock);
	return 0;
}

char _license[] SEC("license") = "GPL";
