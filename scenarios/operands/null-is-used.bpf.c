/*---
question: May a pointer be used where it is known to be NULL, or a copy that was not tested?
asks: [11]
origin: { kernel: check_mem_access }
loadable: true
runs:
  - { program: is_null, cpu: 0 }
  - { program: copy, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: access-pointer-usable }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct val {
	int data;
	int more;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

SEC("tc")
int is_null(struct __sk_buff *ctx)
{
	struct val *v;
	int key = 0;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return v->data;
	return 0;
}

SEC("tc")
int copy(struct __sk_buff *ctx)
{
	struct val *v, *copy;
	int key = 0;

	v = bpf_map_lookup_elem(&m, &key);
	copy = v;
	return copy->data;
}

char _license[] SEC("license") = "GPL";
