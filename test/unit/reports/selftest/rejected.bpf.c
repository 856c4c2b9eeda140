// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * May two lookups of one key stand for one lock when user space deletes and
 * creates the element in between?
 *
 * See <4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com> by Dave Marchevsky.
 *
 * ptr-id: reject at head-lock-matches, list-race
 *   twice: reject at head-lock-matches (check_reg_allocation_locked): held
 *     lock and object are not in the same allocation
 *   push: accept
 *
 * list-race: Two CPUs are inside operations on one list head or tree root at
 * once. Two CPUs work on the structure at once.
 *
 * The shortest run that shows it:
 *   1. CPU 0 twice: start
 *   2. CPU 0 twice: bpf_map_lookup_elem(v0)
 *   3. CPU 0 twice: test_null(v0 -> m{0})
 *   4. CPU 1 push: start
 *   5. user space user: start
 *   6. user space user: user_delete [unlink]
 *   7. user space user: user_delete
 *   8. user space user: user_update [replace]
 *   9. CPU 0 twice: bpf_map_lookup_elem(v1)
 *   10. CPU 0 twice: test_null(v1 -> m{spare})
 *   11. CPU 0 twice: bpf_obj_new(n)
 *   12. CPU 0 twice: test_null(n -> node_data@0.9)
 *   13. CPU 0 twice: bpf_spin_lock [acquire](v0 -> m{0})
 *   14. CPU 0 twice: bpf_list_push_back [enter](v1 -> m{spare}, n ->
 *     node_data@0.9)
 *   15. CPU 1 push: bpf_map_lookup_elem(v)
 *   16. CPU 1 push: test_null(v -> m{spare})
 *   17. CPU 1 push: bpf_obj_new(n)
 *   18. CPU 1 push: test_null(n -> node_data@1.4)
 *   19. CPU 1 push: bpf_spin_lock [acquire](v -> m{spare})
 *   20. CPU 1 push: bpf_list_push_back [enter](v -> m{spare}, n ->
 *     node_data@1.4)
 *
 * Made by holdfast 1.2.3:
 *   holdfast compare --cell identity/hash-element-replaced@ptr-id
 *
 * linux-6.18 is predicted to say:
 *   twice: reject at head-lock-matches (check_reg_allocation_locked): held
 *     lock and object are not in the same allocation
 *   push: accept
 */
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include "bpf_misc.h"
#include "bpf_experimental.h"

/*
 * The new element may lie in other memory than the old one, to which the first lookup still points.
 */
struct node_data {
	struct bpf_list_node list;
	int data;
};

struct val {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(node_data, list);
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct val);
} m SEC(".maps");

SEC("?tc")
__failure __msg("held lock and object are not in the same allocation")
int twice(struct __sk_buff *ctx)
{
	int key0 = 0, key1 = 0;
	struct val *v0, *v1;
	struct node_data *n;

	v0 = bpf_map_lookup_elem(&m, &key0);
	if (!v0)
		return 0;
	v1 = bpf_map_lookup_elem(&m, &key1);
	if (!v1)
		return 0;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_spin_lock(&v0->lock);
	bpf_list_push_back(&v1->head, &n->list);
	bpf_spin_unlock(&v0->lock);
	return 0;
}

SEC("?tc")
__success
int push(struct __sk_buff *ctx)
{
	int key = 0;
	struct val *v;
	struct node_data *n;

	v = bpf_map_lookup_elem(&m, &key);
	if (!v)
		return 0;
	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_spin_lock(&v->lock);
	bpf_list_push_back(&v->head, &n->list);
	bpf_spin_unlock(&v->lock);
	return 0;
}

char _license[] SEC("license") = "GPL";
