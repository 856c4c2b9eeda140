/*---
question: 'One element, looked up twice: may its bpf_res_spin_lock be taken through both?'
asks: [13]
origin: { kernel: process_spin_lock }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: safe
  default: not-applicable
  linux-6.18: accept
  ptr-id/list-del: accept
  lock-type: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * The verifier takes them for two locks; when run, the second call fails.
 */
struct val {
	struct bpf_res_spin_lock lock;
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
	int key0 = 0, key1 = 0;
	struct val *v0, *v1;

	v0 = bpf_map_lookup_elem(&m, &key0);
	if (!v0)
		return 0;
	v1 = bpf_map_lookup_elem(&m, &key1);
	if (!v1)
		return 0;
	if (bpf_res_spin_lock(&v0->lock))
		return 0;
	if (bpf_res_spin_lock(&v1->lock)) {
		bpf_res_spin_unlock(&v0->lock);
		return 0;
	}
	v0->count++;
	bpf_res_spin_unlock(&v1->lock);
	bpf_res_spin_unlock(&v0->lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
