/* SPDX-License-Identifier: Apache-2.0 */
/* A struct that owns a list of its own kind. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct bad {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(bad, list);
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

/* The object as a whole is refused, whatever a program does. */
SEC("?tc")
int without_it(struct __sk_buff *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
