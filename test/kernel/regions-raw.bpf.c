/* SPDX-License-Identifier: Apache-2.0 */
/* RCU, preemption and interrupts: opened, closed, and what may happen within. What our front end does not read. */
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
	__u64 data;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} hash SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, 4);
} tails SEC(".maps");

private(A) struct bpf_spin_lock lock;
private(B) int gdata;

static __noinline int opens_rcu(void)
{
	bpf_rcu_read_lock();
	return gdata;
}

static __noinline int closes_rcu(void)
{
	bpf_rcu_read_unlock();
	return gdata;
}

static __noinline int opens_preempt(void)
{
	bpf_preempt_disable();
	return gdata;
}

static __noinline int throws(int x)
{
	if (x)
		bpf_throw(0);
	return gdata;
}

__noinline int add(int x)
{
	gdata += x;
	return 0;
}

static int opens_rcu_each(__u32 i, void *ctx)
{
	bpf_rcu_read_lock();
	return 0;
}

static int opens_and_closes_rcu(__u32 i, void *ctx)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	return 0;
}

static int closes_rcu_each(__u32 i, void *ctx)
{
	bpf_rcu_read_unlock();
	return 0;
}

static int opens_preempt_each(__u32 i, void *ctx)
{
	bpf_preempt_disable();
	return 0;
}

SEC("?tc")
int rcu_and_load_absolute(struct __sk_buff *ctx)
{
	int x;

	bpf_rcu_read_lock();
	asm volatile("r6 = %1; r0 = *(u8 *)skb[0]; %0 = r0" : "=r"(x) : "r"(ctx) : "r0", "r1", "r2", "r3", "r4", "r5", "r6");
	bpf_rcu_read_unlock();
	return x;
}

SEC("?tc")
int preempt_and_load_absolute(struct __sk_buff *ctx)
{
	int x;

	bpf_preempt_disable();
	asm volatile("r6 = %1; r0 = *(u8 *)skb[0]; %0 = r0" : "=r"(x) : "r"(ctx) : "r0", "r1", "r2", "r3", "r4", "r5", "r6");
	bpf_preempt_enable();
	return x;
}

SEC("?tc")
int irq_and_load_absolute(struct __sk_buff *ctx)
{
	int x;
	unsigned long flags;

	bpf_local_irq_save(&flags);
	asm volatile("r6 = %1; r0 = *(u8 *)skb[0]; %0 = r0" : "=r"(x) : "r"(ctx) : "r0", "r1", "r2", "r3", "r4", "r5", "r6");
	bpf_local_irq_restore(&flags);
	return x;
}

SEC("?tc")
int irq_flags_in_map(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	bpf_local_irq_save((void *)&v->data);
	bpf_local_irq_restore((void *)&v->data);
	return 0;
}

char _license[] SEC("license") = "GPL";
