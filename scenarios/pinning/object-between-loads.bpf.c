/*---
question: Two loads of an object share a counted object through a pinned map. Do both take the same lock for its list?
asks: [17, 22]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
loadable: "libbpf knows no section called .locks"
runs:
  - { program: make, cpu: 0 }
  - { program: use, cpu: 1, load: 2 }
expect:
  safety: list-race
  default: { verdict: reject, guard: head-has-lock }
  fresh-id: not-applicable
  guarded-by/global-names: accept
  guarded-by/global-names-declared-teardown: accept
  lock-address: accept
  locks-offset: accept
  locks-element: accept
  rbtree-owns-lock: { verdict: accept, safety: safe }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * The list is in an object that no map holds, so nothing binds it to the lock of one load: each takes its own.
 */
struct node_data {
	struct bpf_list_node list;
	int data;
};

struct bpf_spin_lock glock SEC(".locks");

struct item {
	struct bpf_refcount ref;
	struct bpf_list_head head __contains(node_data, list) __guarded_by(glock);
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
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} m SEC(".maps");

SEC("tc")
int make(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct node_data *n;
	struct item *own, *given, *old;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	own = bpf_obj_new(typeof(*own));
	if (!own) {
		bpf_obj_drop(n);
		return 0;
	}
	given = bpf_refcount_acquire(own);
	old = bpf_kptr_xchg(&v->stashed, given);
	if (old)
		bpf_obj_drop(old);
	LOCK_FOR(glock, own->head);
	bpf_list_push_back(&own->head, &n->list);
	UNLOCK_FOR(glock, own->head);
	bpf_obj_drop(own);
	return 0;
}

SEC("tc")
int use(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct node_data *n;
	struct item *p;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	p = bpf_kptr_xchg(&v->stashed, NULL);
	if (!p) {
		bpf_obj_drop(n);
		return 0;
	}
	LOCK_FOR(glock, p->head);
	bpf_list_push_back(&p->head, &n->list);
	UNLOCK_FOR(glock, p->head);
	bpf_obj_drop(p);
	return 0;
}

char _license[] SEC("license") = "GPL";
