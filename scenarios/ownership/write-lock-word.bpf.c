/*---
question: May a program write to the lock word itself?
asks: [18]
origin: { kernel: check_map_access }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: access-not-special }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct val {
	struct bpf_spin_lock lock;
	int count;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	v->lock.val = 0;
	return 0;
}

char _license[] SEC("license") = "GPL";
