/* SPDX-License-Identifier: Apache-2.0 */
/* No lock in a value of this kind of map. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct val {
	struct bpf_spin_lock lock;
	int data;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

SEC("?tc")
int lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&m, &key);

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&v->lock);
	return 0;
}

/* The map is refused, whatever a program does with it. */
SEC("?tc")
int look(struct __sk_buff *ctx)
{
	int key = 0;

	return bpf_map_lookup_elem(&m, &key) != NULL;
}

char _license[] SEC("license") = "GPL";
