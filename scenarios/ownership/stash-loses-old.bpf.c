/*---
question: May a program ignore what kptr_xchg took out?
asks: [11]
origin: { kernel: process_kptr_func }
loadable: true
runs:
  - { program: prog, cpu: 0 }
  - { program: prog, cpu: 1, name: other }
expect:
  safety: object-leak
  default: { verdict: reject, guard: exit-references-released }
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

/* clang 14 loses the tag of a pointer to a struct, unless a typedef stands between. */
typedef struct node_data node_t;

struct val {
	node_t __kptr *stashed;
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
	struct node_data *n;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_kptr_xchg(&v->stashed, n);
	return 0;
}

char _license[] SEC("license") = "GPL";
