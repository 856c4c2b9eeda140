/*---
question: A counted kptr is loaded under RCU and tested. May a sleepable program take a reference when the section is over?
asks: [11, 14]
origin: { kernel: check_kfunc_args }
loadable: "the acquire has no kernel counterpart here (design.md 7)"
runs:
  - { program: put, cpu: 0 }
  - { program: prog, cpu: 1 }
  - { program: take, cpu: 0 }
expect:
  safety: use-after-free
  default: accept
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct item {
	struct bpf_refcount ref;
	struct bpf_list_node list;
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

/*
 * The end of the section makes the pointer untrusted, and an allocated object still; the acquire asks for the latter and not for
 * trust. A program that sleeps is in no RCU section of its own: what was borrowed may be freed by now.
 */
SEC("syscall")
int prog(void *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n, *more;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	bpf_rcu_read_lock();
	n = v->stashed;
	if (!n) {
		bpf_rcu_read_unlock();
		return 0;
	}
	bpf_rcu_read_unlock();
	more = MODEL_ONLY(bpf_refcount_acquire(n));
	if (more)
		bpf_obj_drop(more);
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
