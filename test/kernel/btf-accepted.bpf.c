/* SPDX-License-Identifier: Apache-2.0 */
/* The nearest structs that are accepted. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct item {
	struct bpf_list_node list;
	int data;
};

struct both {
	struct bpf_refcount ref;
	struct bpf_list_node list;
	struct bpf_rb_node rb;
};

struct nested {
	int data;
	struct {
		struct bpf_spin_lock lock;
	} in;
	struct bpf_list_head head __contains(item, list);
};

struct eleven_fields {
	struct bpf_spin_lock lock;
	struct bpf_list_head heads[10] __contains(item, list);
};

struct third {
	struct bpf_list_node list;
	int data;
};

struct second {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(third, list);
	struct bpf_list_node list;
};

struct first {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(second, list);
};

struct two_nodes {
	struct bpf_list_node list;
	struct bpf_list_node list2;
	int data;
};

/* A field that is not aligned is no field. */
struct misaligned {
	struct bpf_list_node list;
	char data;
	struct bpf_spin_lock lock __attribute__((packed));
} __attribute__((packed));

SEC("?tc")
int new_item(struct __sk_buff *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int new_both(struct __sk_buff *ctx)
{
	struct both *n = bpf_obj_new(struct both);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int new_nested(struct __sk_buff *ctx)
{
	struct nested *n = bpf_obj_new(struct nested);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int new_eleven_fields(struct __sk_buff *ctx)
{
	struct eleven_fields *n = bpf_obj_new(struct eleven_fields);

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

SEC("?tc")
int new_first(struct __sk_buff *ctx)
{
	struct first *n = bpf_obj_new(struct first);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int new_two_nodes(struct __sk_buff *ctx)
{
	struct two_nodes *n = bpf_obj_new(struct two_nodes);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int new_misaligned(struct __sk_buff *ctx)
{
	struct misaligned *n = bpf_obj_new(struct misaligned);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
