/* SPDX-License-Identifier: Apache-2.0 */
/* A list in a union of a value is no list. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct item {
	struct bpf_list_node list;
	int data;
};

struct val {
	struct bpf_spin_lock lock;
	int data;
	union {
		struct bpf_list_head head __contains(item, list);
		__u64 bytes[2];
	};
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

SEC("?tc")
int use(struct __sk_buff *ctx)
{
	int key = 0;
	struct bpf_list_node *l;
	struct val *v = bpf_map_lookup_elem(&m, &key);

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	l = bpf_list_pop_front(&v->head);
	bpf_spin_unlock(&v->lock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
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
