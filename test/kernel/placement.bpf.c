/* SPDX-License-Identifier: Apache-2.0 */
/* Which programs may use maps with locks, lists and trees. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "corpus.h"

struct item {
	struct bpf_list_node list;
	int data;
};

struct val {
	struct bpf_spin_lock lock;
	int data;
};

struct res_val {
	struct bpf_res_spin_lock lock;
	int data;
};

struct bytes {
	__u64 data;
};

typedef struct bytes bytes_t;

struct kept {
	bytes_t __kptr *bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} hash SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct res_val);
} res_hash SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct kept);
} kptrs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, int);
	__type(value, struct val);
} mmapable SEC(".maps");

private(A) struct bpf_spin_lock glock;
private(B) struct bpf_spin_lock hlock;
private(B) struct bpf_list_head ghead __contains(item, list);
private(C) int gdata;

/* A map with a lock */

SEC("?tc")
int tc_locks(void *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?xdp")
int xdp_locks(void *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?cgroup_skb/egress")
int cgroup_skb_locks(void *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?sk_lookup")
int sk_lookup_locks(void *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?sockops")
int sockops_locks(void *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?syscall")
int syscall_locks(void *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?flow_dissector")
int flow_dissector_locks(void *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?sk_skb")
int sk_skb_locks(void *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?socket")
int socket_locks(void *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?kprobe/do_exit")
int kprobe_locks(void *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tp/sched/sched_switch")
int tracepoint_locks(void *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?raw_tp/sched_switch")
int raw_tracepoint_locks(void *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?perf_event")
int perf_event_locks(void *ctx)
{
	bpf_spin_lock(&glock);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?socket")
int socket_locks_value(void *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&v->lock);
	return 0;
}

SEC("?kprobe/do_exit")
int kprobe_locks_value(void *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&v->lock);
	return 0;
}

/* A look at a value that has a lock is as bad as taking it */

SEC("?socket")
int socket_reads_value(void *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	return v ? v->data : 0;
}

SEC("?kprobe/do_exit")
int kprobe_reads_value(void *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	return v ? v->data : 0;
}

SEC("?tp/sched/sched_switch")
int tracepoint_reads_value(void *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&hash, &key);

	return v ? v->data : 0;
}

/* A lock that may fail */

SEC("?socket")
int socket_reads_res_value(void *ctx)
{
	int key = 0;
	struct res_val *v = bpf_map_lookup_elem(&res_hash, &key);

	return v ? v->data : 0;
}

SEC("?kprobe/do_exit")
int kprobe_reads_res_value(void *ctx)
{
	int key = 0;
	struct res_val *v = bpf_map_lookup_elem(&res_hash, &key);

	return v ? v->data : 0;
}

SEC("?tp/sched/sched_switch")
int tracepoint_reads_res_value(void *ctx)
{
	int key = 0;
	struct res_val *v = bpf_map_lookup_elem(&res_hash, &key);

	return v ? v->data : 0;
}

SEC("?raw_tp/sched_switch")
int raw_tracepoint_reads_res_value(void *ctx)
{
	int key = 0;
	struct res_val *v = bpf_map_lookup_elem(&res_hash, &key);

	return v ? v->data : 0;
}

SEC("?perf_event")
int perf_event_reads_res_value(void *ctx)
{
	int key = 0;
	struct res_val *v = bpf_map_lookup_elem(&res_hash, &key);

	return v ? v->data : 0;
}

/* A section with a list */

SEC("?socket")
int socket_with_list(void *ctx)
{
	bpf_spin_lock(&hlock);
	bpf_spin_unlock(&hlock);
	return 0;
}

SEC("?kprobe/do_exit")
int kprobe_with_list(void *ctx)
{
	bpf_spin_lock(&hlock);
	bpf_spin_unlock(&hlock);
	return 0;
}

SEC("?tp/sched/sched_switch")
int tracepoint_with_list(void *ctx)
{
	bpf_spin_lock(&hlock);
	bpf_spin_unlock(&hlock);
	return 0;
}

SEC("?raw_tp/sched_switch")
int raw_tracepoint_with_list(void *ctx)
{
	bpf_spin_lock(&hlock);
	bpf_spin_unlock(&hlock);
	return 0;
}

SEC("?perf_event")
int perf_event_with_list(void *ctx)
{
	bpf_spin_lock(&hlock);
	bpf_spin_unlock(&hlock);
	return 0;
}

SEC("?syscall")
int syscall_pushes(void *ctx)
{
	struct item *n = bpf_obj_new(struct item);

	if (!n)
		return 0;
	bpf_spin_lock(&hlock);
	bpf_list_push_back(&ghead, &n->list);
	bpf_spin_unlock(&hlock);
	return 0;
}

SEC("?syscall")
int syscall_pops(void *ctx)
{
	struct bpf_list_node *l;

	bpf_spin_lock(&hlock);
	l = bpf_list_pop_front(&ghead);
	bpf_spin_unlock(&hlock);
	if (l)
		bpf_obj_drop(container_of(l, struct item, list));
	return 0;
}

/* Without a lock */

SEC("?socket")
int socket_without_lock(void *ctx)
{
	int key = 0;
	struct kept *v = bpf_map_lookup_elem(&kptrs, &key);

	return v != NULL;
}

SEC("?kprobe/do_exit")
int kprobe_without_lock(void *ctx)
{
	int key = 0;
	struct kept *v = bpf_map_lookup_elem(&kptrs, &key);

	return v != NULL;
}

SEC("?tp/sched/sched_switch")
int tracepoint_without_lock(void *ctx)
{
	int key = 0;
	struct kept *v = bpf_map_lookup_elem(&kptrs, &key);

	return v != NULL;
}

SEC("?raw_tp/sched_switch")
int raw_tracepoint_without_lock(void *ctx)
{
	int key = 0;
	struct kept *v = bpf_map_lookup_elem(&kptrs, &key);

	return v != NULL;
}

SEC("?perf_event")
int perf_event_without_lock(void *ctx)
{
	int key = 0;
	struct kept *v = bpf_map_lookup_elem(&kptrs, &key);

	return v != NULL;
}

/* The map is made; mapping it is what is refused. */
SEC("?tc")
int mmapable_array(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&mmapable, &key);

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&v->lock);
	return 0;
}

/* The functions of objects are registered for some types of programs. */

SEC("?socket")
int socket_new(struct __sk_buff *ctx)
{
	struct bytes *b = bpf_obj_new(struct bytes);

	if (b)
		bpf_obj_drop(b);
	return 0;
}

SEC("?kprobe/do_nanosleep")
int kprobe_new(void *ctx)
{
	struct bytes *b = bpf_obj_new(struct bytes);

	if (b)
		bpf_obj_drop(b);
	return 0;
}

SEC("?raw_tp/sys_enter")
int raw_tp_throws(void *ctx)
{
	bpf_throw(0);
	return 0;
}

SEC("?perf_event")
int perf_event_new(void *ctx)
{
	struct bytes *b = bpf_obj_new(struct bytes);

	if (b)
		bpf_obj_drop(b);
	return 0;
}

SEC("?tracepoint/syscalls/sys_enter_nanosleep")
int tracepoint_new(void *ctx)
{
	struct bytes *b = bpf_obj_new(struct bytes);

	if (b)
		bpf_obj_drop(b);
	return 0;
}

SEC("?cgroup/sysctl")
int cgroup_sysctl_new(void *ctx)
{
	struct bytes *b = bpf_obj_new(struct bytes);

	if (b)
		bpf_obj_drop(b);
	return 1;
}

SEC("?kprobe/do_nanosleep")
int kprobe_rcu(void *ctx)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	return 0;
}

char _license[] SEC("license") = "GPL";
