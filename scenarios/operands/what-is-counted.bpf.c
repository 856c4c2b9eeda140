/*---
question: Which pointers can not be given another reference?
asks: [11]
origin: { kernel: check_kfunc_args }
loadable: true
runs:
  - { program: not_tested, cpu: 0 }
  - { program: not_counted, cpu: 0 }
expect:
  safety: wild-access
  default: { verdict: reject, guard: acquire-object }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct thing {
	struct bpf_list_node list;
	int data;
	struct bpf_list_node other;
};

struct item {
	struct bpf_refcount ref;
	struct bpf_list_node list;
	int key;
};

LOCK(A, glock);
private(A) struct bpf_list_head ghead __contains(thing, list) __guarded_by(glock);

typedef struct item item_t;
typedef struct thing thing_t;

struct val {
	item_t __kptr *stashed;
	thing_t __kptr *thing;
	int data;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

SEC("tc")
int not_tested(struct __sk_buff *ctx)
{
	struct item *n, *again;

	n = bpf_obj_new(typeof(*n));
	again = bpf_refcount_acquire(n);
	if (again)
		bpf_obj_drop(again);
	if (n)
		bpf_obj_drop(n);
	return 0;
}

SEC("tc")
int not_counted(struct __sk_buff *ctx)
{
	struct thing *n;
	struct thing *again;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	again = bpf_refcount_acquire(n);
	bpf_obj_drop(again);
	bpf_obj_drop(n);
	return 0;
}

char _license[] SEC("license") = "GPL";
