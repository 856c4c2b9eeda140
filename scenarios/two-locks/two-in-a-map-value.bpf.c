/*---
question: May the value of a map hold two locks, each for its own data?
asks: [2]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Andrii Nakryiko }
loadable: true
runs:
  - { program: first, cpu: 0 }
  - { program: second, cpu: 1 }
expect:
  safety: safe
  default: { verdict: reject, guard: one-lock-per-value }
  ptr-id-many-locks: accept
  ptr-id-offset: accept
  ptr-id-offset/reject-several: { verdict: reject, guard: one-lock-per-value }
  guarded-by: accept
  lock-address: accept
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
  rbtree-owns-lock: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * Andrii: "it's best to start supporting multiple lock declarations within single map element (and thus keep track of
 * their offset within map_value)".
 */
struct val {
	struct bpf_spin_lock lock1;
	struct bpf_spin_lock lock2;
	int a;
	int b;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

SEC("tc")
int first(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&v->lock1);
	v->a++;
	bpf_spin_unlock(&v->lock1);
	return 0;
}

SEC("tc")
int second(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	bpf_spin_lock(&v->lock2);
	v->b++;
	bpf_spin_unlock(&v->lock2);
	return 0;
}

char _license[] SEC("license") = "GPL";
