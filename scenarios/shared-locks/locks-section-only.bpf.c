/*---
question: May a section hold nothing but a lock, and the head lie elsewhere?
asks: [21]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Alexei Starovoitov }
loadable: "libbpf knows no section called .locks"
runs:
  - { program: push, cpu: 0 }
  - { program: pop, cpu: 1 }
expect:
  safety: safe
  default: { verdict: reject, guard: head-has-lock }
  fresh-id: not-applicable
  guarded-by/global-names: accept
  guarded-by/global-names-declared-teardown: accept
  lock-address: accept
  locks-offset: accept
  locks-element: accept
  rbtree-owns-lock: accept
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

/*
 * Alexei: "`.lock` won't work. We need lock+rb_root or lock+list_head to be in the same section". Dave: "desired, or
 * just a consequence of this implementation?"
 */
struct node_data {
	struct bpf_list_node list;
	int data;
};

struct bpf_spin_lock glock SEC(".locks");
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(glock);

SEC("tc")
int push(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	LOCK_FOR(glock, ghead);
	bpf_list_push_back(&ghead, &n->list);
	UNLOCK_FOR(glock, ghead);
	return 0;
}

SEC("tc")
int pop(struct __sk_buff *ctx)
{
	struct bpf_list_node *l;

	LOCK_FOR(glock, ghead);
	l = bpf_list_pop_front(&ghead);
	UNLOCK_FOR(glock, ghead);
	if (!l)
		return 0;
	bpf_obj_drop(container_of(l, struct node_data, list));
	return 0;
}

char _license[] SEC("license") = "GPL";
