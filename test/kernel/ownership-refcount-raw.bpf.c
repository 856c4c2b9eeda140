/* SPDX-License-Identifier: Apache-2.0 */
/* References to counted objects. What our front end does not read. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct item {
	struct bpf_refcount ref;
	int data;
	struct bpf_list_node list;
	struct bpf_rb_node rb;
};

struct single {
	struct bpf_list_node list;
	int data;
};

struct tree_single {
	int data;
	struct bpf_rb_node rb;
};

struct bytes {
	__u64 data;
};

private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head head __contains(item, list);
private(A) struct bpf_rb_root root __contains(item, rb);
private(A) struct bpf_list_head singles __contains(single, list);
private(B) int gdata;

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct item, rb)->data < container_of(b, struct item, rb)->data;
}

SEC("?tc")
int acquire_context(struct __sk_buff *ctx)
{
	void *m = bpf_refcount_acquire(ctx);

	if (m)
		bpf_obj_drop(m);
	return 0;
}

SEC("?tc")
int acquire_stack(struct __sk_buff *ctx)
{
	struct bytes b = {};
	void *m = bpf_refcount_acquire(&b);

	if (m)
		bpf_obj_drop(m);
	return 0;
}

SEC("?tc")
int acquire_task(struct __sk_buff *ctx)
{
	void *m = bpf_refcount_acquire(bpf_get_current_task_btf());

	if (m)
		bpf_obj_drop(m);
	return 0;
}

char _license[] SEC("license") = "GPL";
