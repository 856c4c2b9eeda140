/*---
question: May a program store a pointer to a kptr field of a value that it has not tested?
asks: [14]
origin: { kernel: check_map_kptr_access }
loadable: true
runs:
  - { program: prog, cpu: 0 }
elements: { m: [0] }
expect:
  safety: wild-access
  default: { verdict: reject, guard: access-pointer-usable }
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
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

SEC("tc")
int prog(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct item *n;

	v = bpf_map_lookup_elem(&m, &key);
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	v->stashed = n;
	return 0;
}

char _license[] SEC("license") = "GPL";
