/*---
question: May user space read and write a value under its lock (BPF_F_LOCK)?
asks: [18]
origin: { kernel: copy_map_value_locked }
loadable: true
runs:
  - { program: count, cpu: 0 }
  - { user: [{ read_locked: { map: m, key: 0 } }, { update_locked: { map: m, key: 0 } }] }
expect:
  safety: safe
  default: accept
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
  ptr-id/no-syscall-mask: { verdict: accept, safety: user-tamper }
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
int count(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	v->count++;
	bpf_spin_unlock(&v->lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
