/*---
question: A variable holds an object, then the result of a search that finds nothing. Is the object still to be released?
asks: [11]
origin: { kernel: mark_reg_known_zero }
loadable: true
runs:
  - { program: first, cpu: 0 }
expect:
  safety: object-leak
  default: { verdict: reject, guard: exit-references-released }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct item {
	struct bpf_refcount ref;
	struct bpf_spin_lock lock;
	struct bpf_list_node list;
	struct bpf_rb_node rb;
	int key;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(item, list) __guarded_by(glock);
private(A) struct bpf_rb_root groot __contains(item, rb) __guarded_by(glock);

/* clang 14 loses the tag of a pointer to a struct, unless a typedef stands between. */
typedef struct item item_t;

struct val {
	item_t __kptr *stashed;
	int data;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

struct locked {
	int data;
	struct bpf_spin_lock lock;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct locked);
} locks SEC(".maps");

SEC("tc")
int first(struct __sk_buff *ctx)
{
	struct item *n;
	struct bpf_rb_node *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	r = (struct bpf_rb_node *)n;
	LOCK_FOR(glock, groot);
	r = bpf_rbtree_first(&groot);
	if (!r) {
		UNLOCK_FOR(glock, groot);
		return 0;
	}
	UNLOCK_FOR(glock, groot);
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
