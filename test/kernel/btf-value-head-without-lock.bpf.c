/* SPDX-License-Identifier: Apache-2.0 */
/* A list in a value without a lock. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct item {
	struct bpf_list_node list;
	int data;
};

struct val {
	int data;
	struct bpf_list_head head __contains(item, list);
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

	return bpf_map_lookup_elem(&m, &key) != NULL;
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
