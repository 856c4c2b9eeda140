/*---
question: A counted kptr is loaded under RCU and not tested. May a reference be taken when the section is over?
asks: [11, 14]
origin: { kernel: check_kfunc_args }
loadable: "the acquire has no kernel counterpart here (design.md 7)"
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
 * The end of the section takes the flag "may be NULL" off the pointer, makes it untrusted and leaves it an allocated
 * object; the acquire asks for the latter and not for trust.
 */
SEC("tc")
int prog(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n, *more;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	bpf_rcu_read_lock();
	n = v->stashed;
	(void)n;
	bpf_rcu_read_unlock();
	more = MODEL_ONLY(bpf_refcount_acquire(n));
	if (more)
		bpf_obj_drop(more);
	return 0;
}

char _license[] SEC("license") = "GPL";
