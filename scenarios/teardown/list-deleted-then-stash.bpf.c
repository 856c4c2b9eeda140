/*---
question: A node is on a list and stashed. First the element with the list is deleted, then the stash goes. Is the node freed?
asks: [16]
origin: { kernel: bpf_obj_free_fields }
loadable: true
runs:
  - { program: put, cpu: 0 }
  - { program: read, cpu: 1 }
  - { user: [{ delete: { map: one, key: 0 } }, { update: { map: two, key: 0 } }] }
elements: { one: [0] }
expect:
  safety: use-after-free
  default: { verdict: reject, guard: write-trusted }
  fresh-id: not-applicable
  lock-address: { verdict: reject, guard: lock-address-known }
  lock-address/no-teardown-lock: { verdict: reject, guard: lock-address-known, safety: teardown-race }
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-offset/no-teardown-lock: { verdict: reject, guard: lock-in-locks-section, safety: teardown-race }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
  locks-element/no-teardown-lock: { verdict: reject, guard: lock-in-locks-section, safety: teardown-race }
  rbtree-owns-lock/no-teardown-lock: { verdict: reject, guard: write-trusted, safety: teardown-race }
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

struct lists {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(item, list) __guarded_by(lock);
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct lists);
} one SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} two SEC(".maps");

SEC("tc")
int put(struct __sk_buff *ctx)
{
	int key = 0;
	struct lists *v;
	struct val *w;
	struct item *n, *m, *old;

	v = bpf_map_lookup_elem(&one, &key);
	if (!v)
		return 0;
	w = bpf_map_lookup_elem(&two, &key);
	if (!w)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	m = bpf_refcount_acquire(n);
	if (!m) {
		bpf_obj_drop(n);
		return 0;
	}
	LOCK_FOR(v->lock, v->head);
	bpf_list_push_back(&v->head, &n->list);
	UNLOCK_FOR(v->lock, v->head);
	old = bpf_kptr_xchg(&w->stashed, m);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

SEC("syscall")
int read(void *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n;

	v = bpf_map_lookup_elem(&two, &key);
	if (!v)
		return 0;
	bpf_rcu_read_lock();
	n = v->stashed;
	bpf_rcu_read_unlock();
	if (!n)
		return 0;
	n->key = 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
