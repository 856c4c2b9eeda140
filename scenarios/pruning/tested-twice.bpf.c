/*---
question: Does a number that was tested keep what is known of it, and a copy of it too?
asks: [14]
origin: { kernel: check_cond_jmp_op }
loadable: true
runs:
  - { program: twice, cpu: 0 }
  - { program: copied, cpu: 0 }
expect:
  safety: safe
  default: accept
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
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
} m SEC(".maps");

SEC("tc")
int twice(struct __sk_buff *ctx)
{
	struct val *v;
	int key = 0;
	int x = ctx->len;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	if (x)
		bpf_spin_lock(&v->lock);
	else
		return 0;
	v->data++;
	if (x)
		bpf_spin_unlock(&v->lock);
	return 0;
}

SEC("tc")
int copied(struct __sk_buff *ctx)
{
	struct val *v;
	int key = 0;
	int x = ctx->len, y;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	if (!x)
		return 0;
	y = x;
	bpf_spin_lock(&v->lock);
	v->data++;
	if (y)
		bpf_spin_unlock(&v->lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
