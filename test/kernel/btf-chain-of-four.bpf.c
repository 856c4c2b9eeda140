/* SPDX-License-Identifier: Apache-2.0 */
/* Lists in lists, four deep. 6.12.117 takes eight. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct fourth {
	struct bpf_list_node list;
	int data;
};

struct third {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(fourth, list);
	struct bpf_list_node list;
};

struct second {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(third, list);
	struct bpf_list_node list;
};

struct bad {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(second, list);
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
int new_fourth(struct __sk_buff *ctx)
{
	struct fourth *n = bpf_obj_new(struct fourth);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int new_third(struct __sk_buff *ctx)
{
	struct third *n = bpf_obj_new(struct third);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int new_second(struct __sk_buff *ctx)
{
	struct second *n = bpf_obj_new(struct second);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
