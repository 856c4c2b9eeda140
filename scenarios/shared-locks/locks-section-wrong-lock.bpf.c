/*---
question: A head is declared under one lock of a .locks section. What if a CPU takes the other?
asks: [7, 21]
origin: { message: "4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com", author: Dave Marchevsky }
loadable: "libbpf knows no section called .locks"
runs:
  - { program: right, cpu: 0 }
  - { program: wrong, cpu: 1 }
expect:
  safety: list-race
  default: { verdict: reject, guard: one-lock-per-value }
  ptr-id-offset: { verdict: reject, guard: head-has-lock }
  ptr-id-offset/reject-several: { verdict: reject, guard: one-lock-per-value }
  guarded-by: { verdict: reject, guard: head-has-lock }
  guarded-by/global-names: { verdict: reject, guard: head-lock-matches }
  guarded-by/global-names-declared-teardown: { verdict: reject, guard: head-lock-matches }
  lock-address: { verdict: reject, guard: head-lock-matches }
  locks-offset: { verdict: reject, guard: head-lock-matches }
  locks-element: { verdict: reject, guard: head-lock-matches }
  rbtree-owns-lock: { verdict: reject, guard: head-lock-matches }
  ptr-id-many-locks: { verdict: reject, guard: head-has-lock }
---*/
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"
#include "holdfast.h"

struct node_data {
	struct bpf_list_node list;
	int data;
};

struct bpf_spin_lock lock1 SEC(".locks");
struct bpf_spin_lock lock2 SEC(".locks");
private(A) struct bpf_list_head ghead __contains(node_data, list) __guarded_by(lock1);

SEC("tc")
int right(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_spin_lock(&lock1);
	bpf_list_push_back(&ghead, &n->list);
	bpf_spin_unlock(&lock1);
	return 0;
}

SEC("tc")
int wrong(struct __sk_buff *ctx)
{
	struct node_data *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_spin_lock(&lock2);
	bpf_list_push_back(&ghead, &n->list);
	bpf_spin_unlock(&lock2);
	return 0;
}

char _license[] SEC("license") = "GPL";
