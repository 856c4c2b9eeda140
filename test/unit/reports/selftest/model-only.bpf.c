// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * May a function that less() calls release the lock of the tree and take it
 * again?
 *
 * About in_rbtree_lock_required_cb.
 *
 * linux-6.18: accept, list-race
 *
 * list-race: Two CPUs are inside operations on one list head or tree root at
 * once. Two CPUs work on the structure at once.
 *
 * The shortest run that shows it:
 *   1. CPU 0 add: start
 *   2. CPU 0 add: bpf_obj_new(n)
 *   3. CPU 0 add: test_null(n -> item@0.0)
 *   4. CPU 1 before: start
 *   5. CPU 1 before: bpf_obj_new(n)
 *   6. CPU 1 before: test_null(n -> item@1.0)
 *   7. CPU 1 before: bpf_spin_lock [acquire](&glock -> .data.A.value)
 *   8. CPU 1 before: bpf_rbtree_add(&groot -> .data.A.value, n -> item@1.0)
 *   9. CPU 1 before: rbtree_added(&groot -> .data.A.value, n -> item@1.0)
 *   10. CPU 1 before: bpf_spin_unlock(&glock -> .data.A.value)
 *   11. CPU 0 add: bpf_spin_lock [acquire](&glock -> .data.A.value)
 *   12. CPU 0 add: bpf_rbtree_add(&groot -> .data.A.value, n -> item@0.0)
 *   13. CPU 0 add: less_args(a@less -> null, b@less -> null, &groot ->
 *     .data.A.value, n -> item@0.0)
 *   14. CPU 0 add: read(a@less -> item@0.0)
 *   15. CPU 0 add: read(b@less -> item@1.0)
 *   16. CPU 0 add: bpf_spin_unlock(&glock -> .data.A.value)
 *   17. CPU 1 before: exit
 *   18. CPU 1 look: start
 *   19. CPU 1 look: bpf_spin_lock [acquire](&glock -> .data.A.value)
 *   20. CPU 1 look: bpf_rbtree_first [enter](bpf_rbtree_first(), &groot ->
 *     .data.A.value)
 *
 * Made by holdfast 1.2.3:
 *   holdfast compare --cell callbacks/less-calls-unlock@linux-6.18
 *
 * linux-6.18 is predicted to say:
 *   add: accept
 *   look: accept
 * No kernel loads this file (one step is written so that no kernel has it), so
 * it expects nothing.
 * What breaks a kernel is told to its maintainers first: security@kernel.org.
 */
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include "bpf_misc.h"
#include "bpf_experimental.h"

#define private(name) SEC(".data." #name) __hidden __attribute__((aligned(8)))

/*
 * A step that is there to be read: no kernel has bpf_model_only(), so this can
 * be compiled, and never be loaded.
 */
#ifdef __GNUC__
extern void *bpf_model_only(void) __ksym;
#define MODEL_ONLY(step) ((typeof(step))(long)bpf_model_only())
#define __kptr_model_only
#else
#define MODEL_ONLY(step) step
#define __kptr_model_only __kptr
#endif

struct item {
	struct bpf_rb_node rb;
	int key;
};

private(A) struct bpf_spin_lock glock;
private(A) struct bpf_rb_root groot __contains(item, rb);

static __noinline void let_go(void)
{
	MODEL_ONLY(bpf_spin_unlock(&glock));
	MODEL_ONLY(bpf_spin_lock(&glock));
}

static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	bool before = container_of(a, struct item, rb)->key < container_of(b, struct item, rb)->key;

	let_go();
	return before;
}

SEC("?tc")
int add(struct __sk_buff *ctx)
{
	struct item *n;

	n = bpf_obj_new(typeof(*n));
	if (!n)
		return 0;
	bpf_spin_lock(&glock);
	bpf_rbtree_add(&groot, &n->rb, less);
	bpf_spin_unlock(&glock);
	return 0;
}

SEC("?tc")
int look(struct __sk_buff *ctx)
{
	bpf_spin_lock(&glock);
	bpf_rbtree_first(&groot);
	bpf_spin_unlock(&glock);
	return 0;
}

char _license[] SEC("license") = "GPL";
