/*---
question: May a program that can sleep overwrite the kptr of an object that nothing keeps alive?
asks: [11, 14]
origin: { kernel: check_ptr_to_btf_access }
loadable: true
runs:
  - { program: put, cpu: 0 }
  - { program: store, cpu: 1 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: kptr-not-by-probe }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct inner {
	int key;
};

/* clang 14 loses the tag of a pointer to a struct, unless a typedef stands between. */
typedef struct inner inner_t;

struct item {
	struct bpf_refcount ref;
	inner_t __kptr *inner;
};

typedef struct item item_t;

struct val {
	item_t __kptr *stashed;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

SEC("syscall")
int store(void *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = v->stashed;
	if (!n)
		return 0;
	n->inner = NULL;
	return 0;
}

SEC("tc")
int put(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n, *old;
	struct inner *i;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	i = bpf_obj_new(typeof(*i));
	if (i)
		bpf_obj_drop(i);
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	old = bpf_kptr_xchg(&v->stashed, n);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

char _license[] SEC("license") = "GPL";
