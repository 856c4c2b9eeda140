/*---
question: Nothing is ever stashed at key 1. May a program forget what it finds there, while key 0 is deleted?
asks: [16, 21]
origin: { kernel: bpf_obj_free_fields }
loadable: true
runs:
  - { program: prog, cpu: 0 }
  - { user: [{ delete: { map: m, key: 0 } }, { update: { map: m, key: 1 } }] }
elements: { m: [0, 1] }
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
	int key;
};

/* clang 14 loses the tag of a pointer to a struct, unless a typedef stands between. */
typedef struct item item_t;

struct val {
	item_t __kptr *stashed;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	int key = 0, other = 1;
	struct val *v, *w;
	struct item *n, *old;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	w = bpf_map_lookup_elem(&m, &other);
	if (!w)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	old = bpf_kptr_xchg(&v->stashed, n);
	if (old)
		bpf_obj_drop(old);
	old = bpf_kptr_xchg(&w->stashed, NULL);
	return old != NULL;
}

char _license[] SEC("license") = "GPL";
