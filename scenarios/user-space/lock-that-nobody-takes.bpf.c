/*---
question: May user space write the bytes of a lock that no program uses?
asks: [22]
origin: { kernel: bpf_selem_alloc }
loadable: true
runs:
  - { program: prog, cpu: 0 }
  - { user: [{ update: { map: m, key: 0 } }] }
elements: { m: [0] }
expect:
  safety: safe
  default: accept
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
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	int key = 0;

	bpf_map_lookup_elem(&m, &key);
	return 0;
}

char _license[] SEC("license") = "GPL";
