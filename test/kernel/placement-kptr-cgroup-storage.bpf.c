/* SPDX-License-Identifier: Apache-2.0 */
/* No kptr in the old storage of cgroups. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct bytes {
	__u64 data;
};

typedef struct bytes bytes_t;

struct val {
	bytes_t __kptr *bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
	__type(key, __u64);
	__type(value, struct val);
} m SEC(".maps");

SEC("?tc")
int new_bytes(struct __sk_buff *ctx)
{
	struct bytes *n = bpf_obj_new(struct bytes);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
