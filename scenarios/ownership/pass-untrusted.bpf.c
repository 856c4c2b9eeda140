/*---
question: May a program that can sleep hand a function what it loaded outside of RCU sections?
asks: [11, 14]
origin: { kernel: check_reg_type }
loadable: true
runs:
  - { program: put, cpu: 0 }
  - { program: read, cpu: 1 }
  - { program: take, cpu: 0 }
expect:
  safety: use-after-free
  default: { verdict: reject, guard: pass-trusted }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct item {
	struct bpf_refcount ref;
	int key;
};

/* clang 14 loses the tag of a pointer to a struct, unless a typedef stands between. */
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
int read(void *ctx)
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
	bpf_copy_from_user(n, sizeof(*n), NULL);
	return 0;
}

SEC("tc")
int put(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n, *old;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	old = bpf_kptr_xchg(&v->stashed, n);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("tc")
int take(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = bpf_kptr_xchg(&v->stashed, NULL);
	if (n)
		bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
