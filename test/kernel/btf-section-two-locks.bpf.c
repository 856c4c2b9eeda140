/* SPDX-License-Identifier: Apache-2.0 */
/* Two locks in one section: it is made, and has no lock that can be used. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

private(A) struct bpf_spin_lock glock;
private(A) struct bpf_spin_lock glock2;
private(B) struct bpf_spin_lock alone;

SEC("?tc")
int lock_first(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int lock_second(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock2);
	bpf_spin_unlock(&glock2);
	return 0;
}

SEC("?tc")
int lock_alone(struct __sk_buff *ctx)
{
	bpf_spin_lock(&alone);
	bpf_spin_unlock(&alone);
	return 0;
}

char _license[] SEC("license") = "GPL";
