/*---
question: A kptr to a tree node is loaded under RCU and not tested. May it be removed from a tree when the section is over?
asks: [11, 14]
origin: { kernel: check_kfunc_args }
loadable: "the removal has no kernel counterpart here (design.md 7)"
runs:
  - { program: prog, cpu: 0 }
expect:
  safety: wild-access
  default: accept
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct item {
	struct bpf_rb_node rb;
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
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);

/*
 * The end of the section takes the flag "may be NULL" off the pointer and leaves "non-owning" on it; the removal asks for the
 * latter and not for trust.
 */
SEC("tc")
int prog(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n;
	struct bpf_rb_node *rb;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	bpf_rcu_read_lock();
	n = v->stashed;
	(void)n;
	bpf_rcu_read_unlock();
	LOCK_FOR(glock, groot);
	rb = MODEL_ONLY(bpf_rbtree_remove(&groot, &n->rb));
	UNLOCK_FOR(glock, groot);
	if (rb)
		bpf_obj_drop(container_of(rb, struct item, rb));
	return 0;
}

char _license[] SEC("license") = "GPL";
