/* SPDX-License-Identifier: Apache-2.0 */
/* An array of locks in a value. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct val {
	struct bpf_spin_lock lock[2];
	int data;
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
	struct val *v = bpf_map_lookup_elem(&m, &key);

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock[0]);
	bpf_spin_unlock(&v->lock[0]);
	return 0;
}

char _license[] SEC("license") = "GPL";
