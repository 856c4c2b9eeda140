/*---
question: A variable holds a pointer to an object, then the address of a global lock. May the lock be taken?
asks: [11]
origin: { kernel: check_ld_imm }
loadable: true
runs:
  - { program: owned, cpu: 0 }
  - { program: borrowed, cpu: 0 }
expect:
  safety: safe
  default: accept
  fresh-id: not-applicable
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
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

private(G) struct bpf_spin_lock plock;
private(G) int counter;

SEC("tc")
int owned(struct __sk_buff *ctx)
{
	struct bpf_spin_lock *p;
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	p = (struct bpf_spin_lock *)n;
	p = &plock;
	bpf_obj_drop(n);
	bpf_spin_lock(p);
	counter++;
	bpf_spin_unlock(p);
	return 0;
}

SEC("tc")
int borrowed(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct bpf_spin_lock *p;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	p = (struct bpf_spin_lock *)v->stashed;
	p = &plock;
	bpf_spin_lock(p);
	counter++;
	bpf_spin_unlock(p);
	return 0;
}

char _license[] SEC("license") = "GPL";
