/*---
question: A program that can sleep acquires a reference to what it loaded under a lock, and puts it back untested. Is it turned away?
asks: [11, 14]
origin: { kernel: btf_ld_kptr_type }
loadable: "the acquisition has no kernel counterpart here (design.md 7)"
runs:
  - { program: put, cpu: 0 }
  - { program: read, cpu: 1 }
  - { program: take, cpu: 0 }
expect:
  safety: use-after-free
  default: { verdict: reject, guard: xchg-value-owned }
  fresh-id: { verdict: reject, guard: sleepable-lock }
  lock-type: accept
  linux-6.18: accept
  ptr-id/list-del: accept
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

LOCK(A, glock);

/*
 * A held lock counts as an RCU section, and what was loaded in it is borrowed under RCU. In a program that can sleep, nothing keeps
 * RCU from ending once the lock is released, but the pointer stays what it was. Where the result of the acquisition need not be
 * tested, nothing of this can be left out.
 */
SEC("syscall")
int read(void *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n, *own, *old;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&glock);
	n = v->stashed;
	bpf_spin_unlock(&glock);
	if (!n)
		return 0;
	own = MODEL_ONLY(bpf_refcount_acquire(n));
	old = bpf_kptr_xchg(&v->stashed, own);
	if (old)
		bpf_obj_drop(old);
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
