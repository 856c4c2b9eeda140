// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * Two locks and two heads share a section, and every head is used under its
 * own lock. Who accepts that?
 *
 * See <4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com> by Dave Marchevsky.
 *
 * guarded-by: accept, safe
 *   first: accept
 *   second: accept
 *
 * Made by holdfast 1.2.3:
 *   holdfast compare --cell two-locks/one-section-right@guarded-by
 *
 * linux-6.18 is predicted to say:
 *   first: reject at one-lock-per-value (btf_parse_fields): map '.data.A'
 *     has no valid bpf_spin_lock
 *   second: reject at one-lock-per-value (btf_parse_fields): map '.data.A'
 *     has no valid bpf_spin_lock
 */
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include "bpf_misc.h"
#include "bpf_experimental.h"

#define private(name) SEC(".data." #name) __hidden __attribute__((aligned(8)))

/* No kernel reads this tag. */
#define __guarded_by(lock) __attribute__((btf_decl_tag("guarded_by:" #lock)))

struct node_data {
	struct bpf_list_node list;
	int data;
};

private(A) struct bpf_spin_lock lock1;
private(A) struct bpf_spin_lock lock2;
private(A) struct bpf_list_head head1 __contains(node_data, list) __guarded_by(lock1);
private(A) struct bpf_list_head head2 __contains(node_data, list) __guarded_by(lock2);

SEC("?tc")
__failure __msg("map '.data.A' has no valid bpf_spin_lock")
int first(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_spin_lock(&lock1);
	bpf_list_push_back(&head1, &n->list);
	bpf_spin_unlock(&lock1);
	return 0;
}

SEC("?tc")
__failure __msg("map '.data.A' has no valid bpf_spin_lock")
int second(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_spin_lock(&lock2);
	bpf_list_push_back(&head2, &n->list);
	bpf_spin_unlock(&lock2);
	return 0;
}

char _license[] SEC("license") = "GPL";
