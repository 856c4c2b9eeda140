/*---
question: An object is freed under a resilient lock, with interrupts off, which keeps its memory for as long as it is held. May a program that can sleep write to it then?
asks: [11, 14]
origin: { kernel: __bpf_obj_drop_impl }
loadable: true
runs:
  - { program: put, cpu: 0 }
  - { program: read, cpu: 0 }
expect:
  safety: use-after-free
  default: not-applicable
  fresh-id: { verdict: reject, guard: sleepable-lock }
  linux-6.18: { verdict: reject, guard: no-call-under-lock }
  ptr-id/list-del: { verdict: reject, guard: no-call-under-lock }
  lock-type: { verdict: reject, guard: no-call-under-lock }
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

private(A) struct bpf_res_spin_lock glock;

SEC("syscall")
int read(void *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n, *taken;
	unsigned long flags;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = v->stashed;
	if (bpf_res_spin_lock_irqsave(&glock, &flags))
		return 0;
	taken = bpf_kptr_xchg(&v->stashed, NULL);
	if (taken)
		bpf_obj_drop(taken);
	bpf_res_spin_unlock_irqrestore(&glock, &flags);
	if (!n)
		return 0;
	n->key = 1;
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

char _license[] SEC("license") = "GPL";
