/*---
question: Is a copy of a pointer untrusted as the pointer is?
asks: [11]
origin: { kernel: check_ptr_to_btf_access }
loadable: true
runs:
  - { program: rcu, cpu: 0 }
  - { program: untrusted, cpu: 0 }
expect:
  safety: safe
  default: { verdict: reject, guard: write-trusted }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct item {
	struct bpf_refcount ref;
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

SEC("syscall")
int rcu(void *ctx)
{
	struct item *r, *copy;
	struct val *v;
	int key = 0;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	bpf_rcu_read_lock();
	r = v->stashed;
	if (!r) {
		bpf_rcu_read_unlock();
		return 0;
	}
	copy = r;
	bpf_rcu_read_unlock();
	copy->key = 1;
	return 0;
}

SEC("syscall")
int untrusted(void *ctx)
{
	struct item *r, *copy;
	struct val *v;
	int key = 0;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	r = v->stashed;
	if (!r)
		return 0;
	copy = r;
	copy->key = 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
