/** Calls of every kind, made wherever a program can be. */
import type { Cell } from './cell.js';

export const world = `
struct item { int data; struct bpf_refcount ref; struct bpf_list_node list; struct bpf_rb_node rb; };
struct bytes { __u64 data; };
typedef struct bytes bytes_t;
typedef struct item item_t;
struct val { int data; struct bpf_spin_lock lock; struct bpf_list_head head __contains(item, list); };
struct later { struct bpf_timer timer; struct bpf_wq work; };
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); __type(key, int); __type(value, struct val); } hash SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, int); __type(value, __u64); } numbers SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, int); __type(value, struct later); } clocks SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 1); __type(key, int); __type(value, int); } tails SEC(".maps");
private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head head __contains(item, list);
private(A) struct bpf_rb_root root __contains(item, rb);
private(F) struct bpf_spin_lock lock2;
private(F) struct bpf_list_head head2 __contains(item, list);
private(R) struct bpf_res_spin_lock res;
private(S) struct bpf_res_spin_lock res2;
private(B) item_t __kptr *kept;
private(D) bytes_t __kptr *kept_bytes;
static __noinline int in_static(int x) { asm volatile("" : "+r"(x)); return x; }
__noinline int in_global(int x) { asm volatile("" : "+r"(x)); return x; }
__noinline int sleeps(int x) { char b[8]; bpf_copy_from_user(b, 8, NULL); return x; }
__noinline int locks(int x) { bpf_spin_lock(&lock); bpf_spin_unlock(&lock); return x; }
static int nothing(__u32 i, void *c) { return 0; }
static long each(void *map, int *key, struct val *v, void *c) { return 0; }
static int tick(void *map, int *key, void *v) { return 0; }
static long (*bpf_get_current_comm)(void *buf, __u32 size) = (void *)16;
`;

const calls: Readonly<Record<string, string>> = {
  nothing: '',
  time: 'bpf_ktime_get_ns();',
  random: 'bpf_get_prandom_u32();',
  fills: '{ char b[16]; bpf_get_current_comm(b, 16); }',
  reads_address: '{ long x; bpf_probe_read_kernel(&x, 8, (void *)8); }',
  sleeps: '{ char b[8]; bpf_copy_from_user(b, 8, NULL); }',
  sleeps_in_kfunc: '{ char b[8]; bpf_copy_from_user_str(b, 8, NULL, 0); }',
  looks_up: '{ int k = 0; bpf_map_lookup_elem(&numbers, &k); }',
  updates: '{ int k = 0; __u64 v = 0; bpf_map_update_elem(&numbers, &k, &v, 0); }',
  deletes: '{ int k = 0; bpf_map_delete_elem(&hash, &k); }',
  throws: 'bpf_throw(0);',
  makes_and_drops: '{ struct item *i = bpf_obj_new(struct item); if (i) bpf_obj_drop(i); }',
  leaks: '{ struct item *i = bpf_obj_new(struct item); asm volatile("" :: "r"(i)); }',
  exchanges: '{ struct bytes *b = bpf_kptr_xchg(&kept_bytes, NULL); if (b) bpf_obj_drop(b); }',
  loads: '{ struct item *i = *(item_t *volatile *)&kept; if (i) (void)*(volatile int *)&i->data; }',
  loads_node: '{ struct item *i = *(item_t *volatile *)&kept; if (i) (void)*(volatile int *)&i->list; }',
  loads_and_acquires:
    '{ struct item *i = *(item_t *volatile *)&kept; if (i) { i = bpf_refcount_acquire(i); if (i) bpf_obj_drop(i); } }',
  locks: 'bpf_spin_lock(&lock); bpf_spin_unlock(&lock);',
  locks_only: 'bpf_spin_lock(&lock);',
  unlocks: 'bpf_spin_unlock(&lock);',
  locks_other: 'bpf_spin_lock(&lock2); bpf_spin_unlock(&lock2);',
  unlocks_other: 'bpf_spin_unlock(&lock2);',
  locks_res: 'if (!bpf_res_spin_lock(&res)) bpf_res_spin_unlock(&res);',
  locks_other_res: 'if (!bpf_res_spin_lock(&res2)) bpf_res_spin_unlock(&res2);',
  locks_res_only: 'bpf_res_spin_lock(&res2);',
  unlocks_res: 'bpf_res_spin_unlock(&res);',
  locks_res_irq:
    '{ unsigned long f; if (!bpf_res_spin_lock_irqsave(&res2, &f)) bpf_res_spin_unlock_irqrestore(&res2, &f); }',
  rcu: 'bpf_rcu_read_lock(); bpf_rcu_read_unlock();',
  rcu_lock: 'bpf_rcu_read_lock();',
  rcu_unlock: 'bpf_rcu_read_unlock();',
  preempt: 'bpf_preempt_disable(); bpf_preempt_enable();',
  preempt_off: 'bpf_preempt_disable();',
  preempt_on: 'bpf_preempt_enable();',
  irq: '{ unsigned long f; bpf_local_irq_save(&f); bpf_local_irq_restore(&f); }',
  irq_save: '{ unsigned long f; bpf_local_irq_save(&f); }',
  pops: '{ struct bpf_list_node *n = bpf_list_pop_front(&head); if (n) bpf_obj_drop(container_of(n, struct item, list)); }',
  pops_and_leaks: '{ struct bpf_list_node *n = bpf_list_pop_front(&head); asm volatile("" :: "r"(n)); }',
  pops_other: '{ struct bpf_list_node *n = bpf_list_pop_front(&head2); asm volatile("" :: "r"(n)); }',
  looks: 'bpf_list_front(&head);',
  looks_at_tree: 'bpf_rbtree_first(&root);',
  removes:
    '{ struct bpf_rb_node *n = bpf_rbtree_first(&root); if (n) { n = bpf_rbtree_remove(&root, n); asm volatile("" :: "r"(n)); } }',
  calls_static: 'in_static(1);',
  calls_global: 'in_global(1);',
  calls_global_that_sleeps: 'sleeps(1);',
  calls_global_that_locks: 'locks(1);',
  loops: 'bpf_loop(2, nothing, NULL, 0);',
  goes_over_map: 'bpf_for_each_map_elem(&hash, each, NULL, 0);',
  iterates:
    '{ struct bpf_iter_num it; bpf_iter_num_new(&it, 0, 2); while (bpf_iter_num_next(&it)) bpf_ktime_get_ns(); bpf_iter_num_destroy(&it); }',
  sets_timer:
    '{ int k = 0; struct later *l = bpf_map_lookup_elem(&clocks, &k); if (l) { bpf_timer_init(&l->timer, &clocks, 0); bpf_timer_set_callback(&l->timer, tick); } }',
  returns: 'return 0;',
  may_return: 'if (bpf_get_prandom_u32() == 5) return 0;',
};
/** These need the context of the program. */
const ofProgram: Readonly<Record<string, string>> = { tail_calls: 'bpf_tail_call(ctx, &tails, 0);' };

type Place = (does: string, id: string) => { readonly functions?: string; readonly body: string };

const between =
  (before: string, after: string): Place =>
  does => ({ body: `${before} ${does} ${after}` });
const inFunction =
  (signature: (name: string) => string, result: string, call: (name: string) => string): Place =>
  (does, id) => ({ functions: `${signature(`f_${id}`)} { ${does} return ${result}; }`, body: call(`f_${id}`) });

const each = (name: string): string => `static long ${name}(void *map, int *key, struct val *v, void *c)`;
const later = (name: string): string => `static int ${name}(void *map, int *key, void *v)`;
const withClock = (does: string): string =>
  `int k = 0; struct later *l = bpf_map_lookup_elem(&clocks, &k); if (l) { ${does} }`;

const places: Readonly<Record<string, Place>> = {
  plainly: between('', ''),
  locked: between('bpf_spin_lock(&lock);', 'bpf_spin_unlock(&lock);'),
  res_locked: between('if (bpf_res_spin_lock(&res)) return 0;', 'bpf_res_spin_unlock(&res);'),
  res_irq_locked: between(
    'unsigned long ff; if (bpf_res_spin_lock_irqsave(&res, &ff)) return 0;',
    'bpf_res_spin_unlock_irqrestore(&res, &ff);',
  ),
  in_rcu: between('bpf_rcu_read_lock();', 'bpf_rcu_read_unlock();'),
  after_rcu: between('bpf_rcu_read_lock(); bpf_rcu_read_unlock();', ''),
  without_preemption: between('bpf_preempt_disable();', 'bpf_preempt_enable();'),
  without_interrupts: between('unsigned long ff; bpf_local_irq_save(&ff);', 'bpf_local_irq_restore(&ff);'),
  in_rcu_without_preemption: between(
    'bpf_rcu_read_lock(); bpf_preempt_disable();',
    'bpf_preempt_enable(); bpf_rcu_read_unlock();',
  ),
  with_object: between('struct item *o = bpf_obj_new(struct item); if (!o) return 0;', 'bpf_obj_drop(o);'),
  in_iteration: between(
    'struct bpf_iter_num ii; bpf_iter_num_new(&ii, 0, 3); while (bpf_iter_num_next(&ii)) {',
    '} bpf_iter_num_destroy(&ii);',
  ),
  in_loop: inFunction(
    f => `static int ${f}(__u32 i, void *c)`,
    '0',
    f => `bpf_loop(2, ${f}, NULL, 0);`,
  ),
  in_each: inFunction(each, '0', f => `bpf_for_each_map_elem(&hash, ${f}, NULL, 0);`),
  in_each_locked: (does, id) =>
    inFunction(
      each,
      '0',
      f => `bpf_for_each_map_elem(&hash, ${f}, NULL, 0);`,
    )(`bpf_spin_lock(&v->lock); ${does} bpf_spin_unlock(&v->lock);`, id),
  in_less: inFunction(
    f => `static bool ${f}(struct bpf_rb_node *a, const struct bpf_rb_node *b)`,
    'true',
    f =>
      `struct item *o = bpf_obj_new(struct item); if (!o) return 0; bpf_spin_lock(&lock); bpf_rbtree_add(&root, &o->rb, ${f}); bpf_spin_unlock(&lock);`,
  ),
  in_static: inFunction(
    f => `static __noinline int ${f}(void)`,
    '0',
    f => `${f}();`,
  ),
  in_static_locked: inFunction(
    f => `static __noinline int ${f}(void)`,
    '0',
    f => `bpf_spin_lock(&lock); ${f}(); bpf_spin_unlock(&lock);`,
  ),
  in_static_in_rcu: inFunction(
    f => `static __noinline int ${f}(void)`,
    '0',
    f => `bpf_rcu_read_lock(); ${f}(); bpf_rcu_read_unlock();`,
  ),
  in_global: inFunction(
    f => `__noinline int ${f}(void)`,
    '0',
    f => `${f}();`,
  ),
  in_global_in_rcu: inFunction(
    f => `__noinline int ${f}(void)`,
    '0',
    f => `bpf_rcu_read_lock(); ${f}(); bpf_rcu_read_unlock();`,
  ),
  in_timer: inFunction(later, '0', f =>
    withClock(`bpf_timer_init(&l->timer, &clocks, 0); bpf_timer_set_callback(&l->timer, ${f});`),
  ),
  in_work: inFunction(later, '0', f =>
    withClock(`bpf_wq_init(&l->work, &clocks, 0); bpf_wq_set_callback(&l->work, ${f}, 0);`),
  ),
};

export const callCells: readonly Cell[] = Object.entries(places).flatMap(([place, put]) =>
  Object.entries(put('', '').functions === undefined ? { ...calls, ...ofProgram } : calls).map(([call, does]): Cell => {
    const name = `${place}__${call}`;
    return { name, functions: '', ...put(does, name) };
  }),
);
