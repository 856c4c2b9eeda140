/*---
question: Is the value of a callback as good in its second round, whatever the first has put into the variable?
asks: [10]
origin: { kernel: map_set_for_each_callback_args }
loadable: true
runs:
  - { program: moved, cpu: 0 }
  - { program: not_tested, cpu: 0 }
  - { program: borrowed, cpu: 0 }
  - { program: untrusted, cpu: 0 }
expect:
  safety: safe
  default: accept
  fresh-id: { verdict: reject, guard: sleepable-lock }
  lock-address: { verdict: reject, guard: lock-address-known }
  locks-offset: { verdict: reject, guard: lock-in-locks-section }
  locks-element: { verdict: reject, guard: lock-in-locks-section }
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

struct val {
	struct bpf_spin_lock lock;
	int data;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct val);
} values SEC(".maps");

/* clang 14 loses the tag of a pointer to a struct, unless a typedef stands between. */
typedef struct item item_t;

struct keep {
	item_t __kptr *stashed;
	int data;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct keep);
} m SEC(".maps");

static long moved_each(struct bpf_map *map, int *key, struct val *v, void *ctx)
{
	bpf_spin_lock(&v->lock);
	v->data++;
	bpf_spin_unlock(&v->lock);
	v++;
	return 0;
}

SEC("tc")
int moved(struct __sk_buff *ctx)
{
	bpf_for_each_map_elem(&values, moved_each, NULL, 0);
	return 0;
}

static long not_tested_each(struct bpf_map *map, int *key, struct val *v, void *ctx)
{
	int zero = 0;

	bpf_spin_lock(&v->lock);
	v->data++;
	bpf_spin_unlock(&v->lock);
	v = bpf_map_lookup_elem(&values, &zero);
	return 0;
}

SEC("tc")
int not_tested(struct __sk_buff *ctx)
{
	bpf_for_each_map_elem(&values, not_tested_each, NULL, 0);
	return 0;
}

static long borrowed_each(struct bpf_map *map, int *key, struct val *v, void *ctx)
{
	struct keep *k;
	int zero = 0;

	bpf_spin_lock(&v->lock);
	v->data++;
	bpf_spin_unlock(&v->lock);
	k = bpf_map_lookup_elem(&m, &zero);
	if (!k)
		return 0;
	v = (struct val *)k->stashed;
	return 0;
}

SEC("tc")
int borrowed(struct __sk_buff *ctx)
{
	bpf_for_each_map_elem(&values, borrowed_each, NULL, 0);
	return 0;
}

static long untrusted_each(struct bpf_map *map, int *key, struct val *v, void *ctx)
{
	struct keep *k;
	int zero = 0;

	bpf_spin_lock(&v->lock);
	v->data++;
	bpf_spin_unlock(&v->lock);
	k = bpf_map_lookup_elem(&m, &zero);
	if (!k)
		return 0;
	v = (struct val *)k->stashed;
	return 0;
}

SEC("syscall")
int untrusted(void *ctx)
{
	bpf_for_each_map_elem(&values, untrusted_each, NULL, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
