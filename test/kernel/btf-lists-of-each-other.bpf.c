/* SPDX-License-Identifier: Apache-2.0 */
/* Two structs that own lists of each other. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct other {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(bad, list);
	struct bpf_list_node list;
};

struct bad {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(other, list);
	struct bpf_list_node list;
};

SEC("?tc")
int new_it(struct __sk_buff *ctx)
{
	struct bad *n = bpf_obj_new(struct bad);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int new_other(struct __sk_buff *ctx)
{
	struct other *n = bpf_obj_new(struct other);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
