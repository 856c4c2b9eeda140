/*---
question: May a callback release what it counted or unstashed itself?
asks: [10, 11]
origin: { kernel: release_reference }
loadable: true
runs:
  - { program: acquire, cpu: 0 }
  - { program: exchange, cpu: 0 }
expect:
  safety: safe
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

static long acquire_each(u32 i, void *ctx)
{
	struct item *n, *r;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	r = bpf_refcount_acquire(n);
	bpf_obj_drop(n);
	if (r)
		bpf_obj_drop(r);
	return 0;
}

SEC("tc")
int acquire(struct __sk_buff *ctx)
{
	bpf_loop(1, acquire_each, NULL, 0);
	return 0;
}

static long exchange_each(u32 i, void *ctx)
{
	struct item *r;
	struct val *v;
	int key = 0;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	r = bpf_kptr_xchg(&v->stashed, NULL);
	if (r)
		bpf_obj_drop(r);
	return 0;
}

SEC("tc")
int exchange(struct __sk_buff *ctx)
{
	bpf_loop(1, exchange_each, NULL, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
