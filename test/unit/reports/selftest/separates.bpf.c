// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * What does ptr-id/literal accept that ptr-id rejects?
 *
 * Made by holdfast 1.2.3:
 *   holdfast compare ptr-id ptr-id/literal --separate
 *
 * linux-6.18 is predicted to say:
 *   prog0: reject at unlock-same-lock (process_spin_lock): bpf_spin_unlock
 *     of different lock
 */
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include "bpf_misc.h"
#include "bpf_experimental.h"

/*
 * ptr-id/literal: accept
 * ptr-id: reject at unlock-same-lock (process_spin_lock)
 *   bpf_spin_unlock of different lock
 * One run of it alone breaks nothing.
 * Nothing can be left out of it. Looked through: regions, globals, values, kptrs, tree, resilient, lists.
 */

struct val {
	struct bpf_spin_lock l;
	struct bpf_list_head h __contains(node_data, list);
	int data;
};

struct node_data {
	struct bpf_list_node list;
	int data;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} m0 SEC(".maps");

SEC("?tc")
__failure __msg("bpf_spin_unlock of different lock")
int prog0(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct val *v1;

	v = bpf_map_lookup_elem(&m0, &key);
	if (!v)
		return 0;
	v1 = bpf_map_lookup_elem(&m0, &key);
	bpf_spin_lock(&v->l);
	if (!v1) {
		bpf_spin_unlock(&v->l);
		return 0;
	}
	bpf_spin_unlock(&v1->l);
	return 0;
}

char _license[] SEC("license") = "GPL";

/* These keep their types in the object: a compiler leaves out what only a tag speaks of. */
struct node_data *type_of_node_data;
