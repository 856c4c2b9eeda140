/*---
question: An object is stashed twice. In one map the element is overwritten unmasked, then in the other its map is freed. Is the object freed?
asks: [16]
origin: { kernel: bpf_obj_free_fields }
loadable: true
runs:
  - { program: put, cpu: 0 }
  - { program: read, cpu: 1 }
  - { user: [{ update_unmasked: { map: one, key: 0 } }, { unload: { program: put } }, { free_map: { map: two } }] }
expect:
  safety: use-after-free
  default: { verdict: reject, guard: write-trusted }
  fresh-id: not-applicable
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

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
	struct val *v, *w;
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
	old = bpf_kptr_xchg(&v->stashed, n);
	if (old)
		bpf_obj_drop(old);
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

	v = bpf_map_lookup_elem(&one, &key);
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
