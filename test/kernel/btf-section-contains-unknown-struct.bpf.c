/* SPDX-License-Identifier: Apache-2.0 */
/* A list in a section, of a struct that there is not. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

private(A) struct bpf_spin_lock glock;
private(A) struct bpf_list_head ghead __contains(nowhere, list);

SEC("?tc")
int lock(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	return 0;
}

char _license[] SEC("license") = "GPL";
