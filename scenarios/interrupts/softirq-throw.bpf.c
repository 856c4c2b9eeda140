/*---
question: Does a program go on when its interrupt ends by an exception?
asks: [14]
origin: { kernel: check_func_call }
loadable: true
runs:
  - { program: prog, cpu: 0 }
  - { program: timer, cpu: 0, context: irq, interrupts: [prog] }
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

/* What the interrupt leaves in the map, the program takes out and loses. */
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

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	bpf_kptr_xchg(&v->stashed, NULL);
	return 0;
}

SEC("tc")
int timer(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct node_data *n, *old;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	old = bpf_kptr_xchg(&v->stashed, n);
	if (old)
		bpf_obj_drop(old);
	bpf_throw(0);
	return 0;
}

char _license[] SEC("license") = "GPL";
