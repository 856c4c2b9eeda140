/*---
question: A variable holds an untrusted pointer, then a map value. May the value be locked?
asks: [11]
origin: { kernel: check_helper_call }
loadable: true
runs:
  - { program: lookup, cpu: 0 }
  - { program: inner_lookup, cpu: 0 }
expect:
  safety: safe
  default: accept
  fresh-id: { verdict: reject, guard: inner-map-lock, safety: safe }
  lock-address/refuse-inner-maps: { verdict: reject, guard: inner-map-lock }
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

struct inner_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct locked);
} inner SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, int);
	__array(values, struct inner_map);
} outer SEC(".maps") = { .values = { &inner } };

SEC("syscall")
int lookup(void *ctx)
{
	int key = 0;
	struct locked *w;
	struct val *v;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	w = (struct locked *)v->stashed;
	w = bpf_map_lookup_elem(&locks, &key);
	if (!w)
		return 0;
	bpf_spin_lock(&w->lock);
	w->data = 1;
	bpf_spin_unlock(&w->lock);
	return 0;
}

SEC("syscall")
int inner_lookup(void *ctx)
{
	int key = 0;
	void *im;
	struct locked *w;
	struct val *v;

	im = bpf_map_lookup_elem(&outer, &key);
	if (!im)
		return 0;
	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	w = (struct locked *)v->stashed;
	w = bpf_map_lookup_elem(im, &key);
	if (!w)
		return 0;
	bpf_spin_lock(&w->lock);
	w->data = 1;
	bpf_spin_unlock(&w->lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
