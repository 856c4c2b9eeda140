/*---
question: May a list hold objects with lists of objects with lists of objects?
asks: [12]
origin: { kernel: btf_check_and_fixup_fields }
loadable: true
runs:
  - { program: make_a, cpu: 0 }
  - { program: make_b, cpu: 0 }
  - { program: make_c, cpu: 1 }
  - { program: make_d, cpu: 1 }
expect:
  safety: safe
  default: accept
  fresh-id: not-applicable
  lock-type: { verdict: reject, guard: no-ownership-cycle }
  linux-6.18: { verdict: reject, guard: no-ownership-cycle }
  ptr-id/list-del: { verdict: reject, guard: no-ownership-cycle }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * 6.12 with the bound of 2026 accepts a chain of eight; 6.18 one of three.
 */
struct a {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(b, list) __guarded_by(lock);
	int data;
};

struct b {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(c, list) __guarded_by(lock);
	struct bpf_list_node list;
	int data;
};

struct c {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(d, list) __guarded_by(lock);
	struct bpf_list_node list;
	int data;
};

struct d {
	struct bpf_list_node list;
	int data;
};

SEC("tc")
int make_a(struct __sk_buff *ctx)
{
	struct a *p;

	p = bpf_obj_new(typeof(*p));
	if (p)
		bpf_obj_drop(p);
	return 0;
}

SEC("tc")
int make_b(struct __sk_buff *ctx)
{
	struct b *p;

	p = bpf_obj_new(typeof(*p));
	if (p)
		bpf_obj_drop(p);
	return 0;
}

SEC("tc")
int make_c(struct __sk_buff *ctx)
{
	struct c *p;

	p = bpf_obj_new(typeof(*p));
	if (p)
		bpf_obj_drop(p);
	return 0;
}

SEC("tc")
int make_d(struct __sk_buff *ctx)
{
	struct d *p;

	p = bpf_obj_new(typeof(*p));
	if (p)
		bpf_obj_drop(p);
	return 0;
}

char _license[] SEC("license") = "GPL";
