/* SPDX-License-Identifier: Apache-2.0 */
/* Our own: dialects of the designs, and steps that exist in the model only. */
#ifndef HOLDFAST_H
#define HOLDFAST_H

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_experimental.h"

/*
 * LOCK(section, name): a global lock. It shares its section with the heads it guards, except in the dialect of the
 * `.locks` designs, where all locks live in a section of their own. Heads always say `__guarded_by(name)`.
 */
#ifdef HOLDFAST_LOCKS_SECTION
#define LOCK(section, name) struct bpf_spin_lock name SEC(".locks")
#else
#define LOCK(section, name) private(section) struct bpf_spin_lock name
#endif

/*
 * LOCK_FOR(lock, head) takes the lock of a head. In the dialect of rbtree-owns-lock the head brings its own, and `lock`
 * is not used; bpf_structure_lock() has no counterpart in any kernel.
 */
#ifdef HOLDFAST_OWN_LOCK
extern void bpf_structure_lock(void *head) __ksym;
extern void bpf_structure_unlock(void *head) __ksym;
#define LOCK_FOR(lock, head) bpf_structure_lock(&(head))
#define UNLOCK_FOR(lock, head) bpf_structure_unlock(&(head))
#else
#define LOCK_FOR(lock, head) bpf_spin_lock(&(lock))
#define UNLOCK_FOR(lock, head) bpf_spin_unlock(&(lock))
#endif

/*
 * MODEL_ONLY(step): a step that our front end reads as it stands. A compiler sees a call of bpf_model_only(), which no
 * kernel has, so the object can be built and read, but never loaded (design.md 7). Likewise a `__kptr_model_only` field
 * is a kptr to our front end, and a plain pointer to a compiler.
 */
#ifdef __GNUC__
extern void *bpf_model_only(void) __ksym;
#define MODEL_ONLY(step) bpf_model_only()
#define __kptr_model_only
#else
#define MODEL_ONLY(step) step
#define __kptr_model_only __kptr
#endif

/*
 * The bpf_list_del() of the 2026 series, in the form that checks the type of the held lock (v3). Of the kernels of the
 * model only that of 2026 has it.
 */
extern struct bpf_list_node *bpf_list_del(struct bpf_list_head *head, struct bpf_list_node *node) __ksym;

#endif
