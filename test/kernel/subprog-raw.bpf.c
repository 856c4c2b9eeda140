/* SPDX-License-Identifier: Apache-2.0 */
/* What functions and callbacks are given, beside what they ask for: our C front end does not compare the two. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct val {
	int data;
	int more;
	struct bpf_spin_lock lock;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} hash SEC(".maps");

__noinline int takes_pointer(int *p)
{
	return p ? *(volatile int *)p : 0;
}

__noinline int takes_number(long n)
{
	asm volatile("" : "+r"(n));
	return n;
}

__noinline int takes_value(struct val *v)
{
	return v ? *(volatile int *)&v->data : 0;
}

SEC("?tc")
int global_gets_data(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	return v ? takes_pointer(&v->data) : 0;
}

SEC("?tc")
int global_gets_null(struct __sk_buff *ctx)
{
	return takes_pointer(NULL);
}

SEC("?tc")
int global_gets_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	return v ? takes_pointer((int *)&v->lock) : 0;
}

SEC("?tc")
int global_gets_value_with_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	return v ? takes_value(v) : 0;
}

SEC("?tc")
int global_gets_pointer_for_number(struct __sk_buff *ctx)
{
	return takes_number((long)ctx);
}

SEC("?tc")
int global_gets_number_for_pointer(struct __sk_buff *ctx)
{
	return takes_pointer((int *)8);
}

static int nothing(__u32 i, void *context)
{
	return 0;
}

SEC("?tc")
int callback_gets_program_context(struct __sk_buff *ctx)
{
	bpf_loop(1, nothing, ctx, 0);
	return 0;
}

SEC("?tc")
int callback_gets_number(struct __sk_buff *ctx)
{
	bpf_loop(1, nothing, (void *)8, 0);
	return 0;
}

SEC("?tc")
int callback_gets_nothing(struct __sk_buff *ctx)
{
	bpf_loop(1, nothing, NULL, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
