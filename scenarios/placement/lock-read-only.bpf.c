/*---
question: May programs take a lock in a map that they may only read?
asks: [20]
origin: { kernel: map_check_btf }
loadable: true
runs:
  - { program: walk, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: special-fields-not-limited }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct val {
	struct bpf_spin_lock lock;
	int data;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
	__uint(map_flags, BPF_F_RDONLY_PROG);
} m SEC(".maps");

SEC("tc")
int walk(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	bpf_spin_unlock(&v->lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
