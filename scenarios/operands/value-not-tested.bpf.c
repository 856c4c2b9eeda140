/*---
question: Which accesses to a map value need a test for NULL?
asks: [11]
origin: { kernel: check_mem_access }
loadable: true
runs:
  - { program: read, cpu: 0 }
  - { program: read_data, cpu: 0 }
  - { program: write_data, cpu: 0 }
  - { program: exchange, cpu: 0 }
  - { program: give, cpu: 0 }
  - { program: move, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: access-pointer-usable }
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
	int data;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

struct plain {
	int data;
	int more;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct plain);
} plain SEC(".maps");

SEC("tc")
int read(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&m, &key);
	return v->stashed == NULL;
	return 0;
}

SEC("tc")
int read_data(struct __sk_buff *ctx)
{
	int key = 0;
	struct plain *v;

	v = bpf_map_lookup_elem(&plain, &key);
	return v->data;
	return 0;
}

SEC("tc")
int write_data(struct __sk_buff *ctx)
{
	int key = 0;
	struct plain *v;

	v = bpf_map_lookup_elem(&plain, &key);
	v->data = 1;
	return 0;
}

SEC("tc")
int exchange(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct node_data *n;

	v = bpf_map_lookup_elem(&m, &key);
	n = bpf_kptr_xchg(&v->stashed, NULL);
	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("tc")
int give(struct __sk_buff *ctx)
{
	int key = 0;
	struct plain *v;

	v = bpf_map_lookup_elem(&plain, &key);
	bpf_map_update_elem(&plain, &key, v, 0);
	return 0;
}

SEC("tc")
int move(struct __sk_buff *ctx)
{
	int key = 0;
	struct plain *v;
	int *p;

	v = bpf_map_lookup_elem(&plain, &key);
	p = &v->more;
	if (v)
		*p = 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
