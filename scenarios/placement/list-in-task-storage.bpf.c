/*---
question: May a list lie where its lock may, in the storage of a task?
asks: [4]
origin: { kernel: map_check_btf }
loadable: true
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: head-map-type }
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

struct val {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(node_data, list) __guarded_by(lock);
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();

	bpf_task_storage_get(&m, task, 0, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
