/*---
question: May a program read a lock, or the head of a list, as data?
asks: [11]
origin: { kernel: check_map_access }
loadable: true
runs:
  - { program: read_lock, cpu: 0 }
  - { program: read_head, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: access-not-special }
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

struct lists {
	struct bpf_list_head head __contains(node_data, list) __guarded_by(lock);
	struct bpf_spin_lock lock;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct lists);
} lists SEC(".maps");

SEC("tc")
int read_lock(struct __sk_buff *ctx)
{
	int key = 0;
	struct lists *v;

	v = bpf_map_lookup_elem(&lists, &key);
	if (!v)
		return 0;
	return *(int *)&v->lock;
	return 0;
}

SEC("tc")
int read_head(struct __sk_buff *ctx)
{
	int key = 0;
	struct lists *v;

	v = bpf_map_lookup_elem(&lists, &key);
	if (!v)
		return 0;
	return *(int *)&v->head;
	return 0;
}

char _license[] SEC("license") = "GPL";
