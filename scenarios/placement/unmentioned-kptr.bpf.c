/*---
question: A map that no program mentions has a kptr in storage of a cgroup. Is the object loaded?
asks: [20]
origin: { kernel: map_check_btf }
loadable: true
runs:
  - { program: walk, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: kptr-map-type }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct item {
	int key;
};

/* clang 14 loses the tag of a pointer to a struct, unless a typedef stands between. */
typedef struct item item_t;

struct val {
	item_t __kptr *stashed;
};

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
	__type(key, u64);
	__type(value, struct val);
} m SEC(".maps");

SEC("tc")
int walk(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (n)
		bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
