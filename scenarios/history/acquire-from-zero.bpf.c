/*---
question: A reference is taken to an object while another CPU drops the last one. Is the object there as long as the reference?
asks: [11]
origin: { kernel: bpf_refcount_acquire_impl }
loadable: true
runs:
  - { program: prog, cpu: 0 }
  - { program: take, cpu: 1 }
expect:
  safety: safe
  default: accept
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
int prog(void *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n, *old, *again;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	old = bpf_kptr_xchg(&v->stashed, n);
	if (old)
		bpf_obj_drop(old);
	bpf_rcu_read_lock();
	n = v->stashed;
	if (!n) {
		bpf_rcu_read_unlock();
		return 0;
	}
	again = bpf_refcount_acquire(n);
	bpf_rcu_read_unlock();
	if (!again)
		return 0;
	again->key = 1;
	bpf_obj_drop(again);
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
