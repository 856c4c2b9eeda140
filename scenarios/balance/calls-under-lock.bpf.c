/*---
question: Which calls are refused while a lock is held?
asks: [14]
origin: { kernel: do_check }
loadable: true
runs:
  - { program: lookup, cpu: 0 }
  - { program: inner_lookup, cpu: 0 }
  - { program: drop, cpu: 0 }
  - { program: exchange, cpu: 0 }
  - { program: tail_call, cpu: 0 }
  - { program: loop, cpu: 0 }
expect:
  safety: lock-leak
  default: { verdict: reject, guard: no-call-under-lock }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct node_data {
	struct bpf_list_node list;
	int data;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, int);
} progs SEC(".maps");

/* clang 14 loses the tag of a pointer to a struct, unless a typedef stands between. */
typedef struct node_data node_t;

struct val {
	node_t __kptr *stashed;
	int data;
};

struct inner_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, int);
	__array(values, struct inner_map);
} outer SEC(".maps") = { .values = { &m } };

static long nothing(u32 i, void *ctx)
{
	return 0;
}

SEC("tc")
int lookup(struct __sk_buff *ctx)
{
	int key = 0;

	LOCK_FOR(glock, ghead);
	bpf_map_lookup_elem(&m, &key);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("tc")
int inner_lookup(struct __sk_buff *ctx)
{
	int key = 0;
	void *inner;

	inner = bpf_map_lookup_elem(&outer, &key);
	if (!inner)
		return 0;
	LOCK_FOR(glock, ghead);
	bpf_map_lookup_elem(inner, &key);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("tc")
int drop(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, ghead);
	bpf_obj_drop(n);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("tc")
int exchange(struct __sk_buff *ctx)
{
	int key = 0;
	struct node_data *n;
	struct val *v;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	LOCK_FOR(glock, ghead);
	n = bpf_kptr_xchg(&v->stashed, NULL);
	UNLOCK_FOR(glock, ghead);
	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("tc")
int tail_call(struct __sk_buff *ctx)
{
	LOCK_FOR(glock, ghead);
	bpf_tail_call(ctx, &progs, 0);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("tc")
int loop(struct __sk_buff *ctx)
{
	LOCK_FOR(glock, ghead);
	bpf_loop(1, nothing, NULL, 0);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

char _license[] SEC("license") = "GPL";
