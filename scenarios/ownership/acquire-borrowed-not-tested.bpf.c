/*---
question: May a program take a reference to an object it sees in a map, and not test the result?
asks: [11]
origin: { kernel: bpf_refcount_acquire_impl }
loadable: "the step that takes the reference has no kernel counterpart here (design.md 7)"
runs:
  - { program: stash, cpu: 0 }
  - { program: take, cpu: 0 }
  - { program: prog, cpu: 1 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: access-pointer-usable }
  fresh-id: not-applicable
  lock-type: accept
  linux-6.18: accept
  ptr-id/list-del: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * Another CPU takes the object out and drops it in between: the count is zero and there is nothing to take.
 */
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

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n, *again;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = v->stashed;
	if (!n)
		return 0;
	again = MODEL_ONLY(bpf_refcount_acquire(n));
	again->key = 1;
	bpf_obj_drop(again);
	return 0;
}

SEC("tc")
int stash(struct __sk_buff *ctx)
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
