/* SPDX-License-Identifier: Apache-2.0 */
/* Local storage may have locks, and no trees. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct item {
	struct bpf_rb_node rb;
	int data;
};

struct val {
	struct bpf_spin_lock lock;
	int data;
	struct bpf_rb_root root __contains(item, rb);
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

SEC("?tc")
int nothing(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
