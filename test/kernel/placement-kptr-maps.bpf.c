/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds of maps that keep pointers. */
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
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} hash_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} lru_hash_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} percpu_hash_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} lru_percpu_hash_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} array_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} percpu_array_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct val);
} task_storage_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct val);
} sk_storage_map SEC(".maps");

SEC("?tc")
int new_bytes(struct __sk_buff *ctx)
{
	struct bytes *n = bpf_obj_new(struct bytes);

	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("?tc")
int percpu_array(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&percpu_array_map, &key);
	struct bytes *old;

	if (!v)
		return 0;
	old = bpf_kptr_xchg(&v->bytes, NULL);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("?tc")
int lru_hash(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v = bpf_map_lookup_elem(&lru_hash_map, &key);
	struct bytes *old;

	if (!v)
		return 0;
	old = bpf_kptr_xchg(&v->bytes, NULL);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

char _license[] SEC("license") = "GPL";
