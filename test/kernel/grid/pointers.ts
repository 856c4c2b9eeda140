/** Pointers of every kind that a program can come by, and what may be done with one. */
import type { Cell } from './cell.js';

/** How a program comes by a pointer `p`, and what it does at last. */
interface Origin {
  readonly name: string;
  readonly struct: Struct;
  readonly gets: string;
  readonly ends: string;
  /** The lock of the global structures is held meanwhile. */
  readonly isLocked?: boolean;
  /** Where the struct begins, from where `p` points. */
  readonly back?: number;
}
type Struct = 'item' | 'bare' | 'crate' | 'val';

export const world = `
struct leaf { struct bpf_list_node node; int data; };
struct bytes { __u64 data; };
typedef struct bytes bytes_t;
struct item { int data; struct bpf_refcount ref; struct bpf_list_node list; struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(leaf, node); struct bpf_rb_node rb; bytes_t __kptr *in; };
struct bare { struct bpf_list_node list; int data; bytes_t __kptr *in; };
struct crate { int data; struct bpf_spin_lock lock; struct bpf_list_head head __contains(leaf, node);
	struct bpf_refcount ref; bytes_t __kptr *in; };
typedef struct item item_t;
typedef struct bare bare_t;
typedef struct crate crate_t;
struct val { int data; struct bpf_spin_lock lock; struct bpf_list_head head __contains(item, list); bytes_t __kptr *in; };
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); __type(key, int); __type(value, struct val); } hash SEC(".maps");
private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head head __contains(item, list);
private(A) struct bpf_rb_root root __contains(item, rb);
private(A) struct bpf_list_head bare_head __contains(bare, list);
private(B) item_t __kptr *kept_item;
private(C) crate_t __kptr *kept_crate;
private(D) bytes_t __kptr *kept_bytes;
private(E) bare_t __kptr *kept_bare;
static bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b) { return true; }
static __noinline int reads(int *p) { return *(volatile int *)p; }
static long (*bpf_get_current_comm)(void *buf, __u32 size) = (void *)16;
static long (*bpf_strncmp)(const char *a, __u32 size, const char *b) = (void *)182;
`;

const LOCK = 'bpf_spin_lock(&lock);';
const UNLOCK = 'bpf_spin_unlock(&lock);';

const borrowed = (s: Struct): string => `struct ${s} *i; bpf_rcu_read_lock(); i = *(${s}_t *volatile *)&kept_${s};`;
const TESTED = 'if (!i) { bpf_rcu_read_unlock(); return 0; }';

const ofStruct = (s: Struct): readonly Origin[] => [
  { name: 'owned', struct: s, gets: `struct ${s} *i = bpf_obj_new(struct ${s}); if (!i) return 0; p = i;`, ends: 'bpf_obj_drop(i);' },
  { name: 'untested', struct: s, gets: `struct ${s} *i = bpf_obj_new(struct ${s}); p = i;`, ends: 'if (i) bpf_obj_drop(i);' },
  { name: 'dropped', struct: s, gets: `struct ${s} *i = bpf_obj_new(struct ${s}); if (!i) return 0; bpf_obj_drop(i); p = i;`, ends: '' },
  { name: 'exchanged', struct: s, gets: `struct ${s} *i = bpf_kptr_xchg(&kept_${s}, NULL); if (!i) return 0; p = i;`, ends: 'bpf_obj_drop(i);' },
  { name: 'borrowed', struct: s, gets: `${borrowed(s)} ${TESTED} p = i;`, ends: 'bpf_rcu_read_unlock();' },
  { name: 'borrowed_untested', struct: s, gets: `${borrowed(s)} p = i;`, ends: 'bpf_rcu_read_unlock();' },
  { name: 'loaded', struct: s, gets: `struct ${s} *i = *(${s}_t *volatile *)&kept_${s}; if (!i) return 0; p = i;`, ends: '' },
  { name: 'loaded_untested', struct: s, gets: `struct ${s} *i = *(${s}_t *volatile *)&kept_${s}; p = i;`, ends: '' },
  { name: 'outlived', struct: s, gets: `${borrowed(s)} ${TESTED} bpf_rcu_read_unlock(); p = i;`, ends: '' },
  { name: 'outlived_untested', struct: s, gets: `${borrowed(s)} bpf_rcu_read_unlock(); p = i;`, ends: '' },
]; // prettier-ignore

const node = 'struct bpf_list_node *n;';
const origins: readonly Origin[] = [
  ...ofStruct('item'),
  ...ofStruct('bare'),
  ...ofStruct('crate'),
  { name: 'pushed', struct: 'item', gets: `struct item *i = bpf_obj_new(struct item); if (!i) return 0; ${LOCK} bpf_list_push_front(&head, &i->list); p = i;`, ends: UNLOCK, isLocked: true },
  { name: 'pushed', struct: 'bare', gets: `struct bare *i = bpf_obj_new(struct bare); if (!i) return 0; ${LOCK} bpf_list_push_front(&bare_head, &i->list); p = i;`, ends: UNLOCK, isLocked: true },
  { name: 'first', struct: 'item', gets: `${node} ${LOCK} n = bpf_list_front(&head); if (!n) { ${UNLOCK} return 0; } p = container_of(n, struct item, list);`, ends: UNLOCK, isLocked: true },
  { name: 'first_node', struct: 'item', gets: `${node} ${LOCK} n = bpf_list_front(&head); if (!n) { ${UNLOCK} return 0; } p = n;`, ends: UNLOCK, isLocked: true, back: 8 },
  { name: 'first_untested', struct: 'item', gets: `${node} ${LOCK} n = bpf_list_front(&head); p = n;`, ends: UNLOCK, isLocked: true, back: 8 },
  { name: 'popped', struct: 'item', gets: `${node} struct item *i; ${LOCK} n = bpf_list_pop_front(&head); ${UNLOCK} if (!n) return 0; i = container_of(n, struct item, list); p = i;`, ends: 'bpf_obj_drop(i);' },
  { name: 'popped_node', struct: 'item', gets: `${node} ${LOCK} n = bpf_list_pop_front(&head); ${UNLOCK} if (!n) return 0; p = n;`, ends: 'bpf_obj_drop(container_of(n, struct item, list));', back: 8 },
  { name: 'popped_untested', struct: 'item', gets: `${node} ${LOCK} n = bpf_list_pop_front(&head); ${UNLOCK} p = n;`, ends: 'if (n) bpf_obj_drop(container_of(n, struct item, list));', back: 8 },
  { name: 'popped_untested', struct: 'bare', gets: `${node} ${LOCK} n = bpf_list_pop_front(&bare_head); ${UNLOCK} p = n;`, ends: 'if (n) bpf_obj_drop(container_of(n, struct bare, list));' },
  { name: 'popped_locked', struct: 'item', gets: `${node} struct item *i; ${LOCK} n = bpf_list_pop_front(&head); if (!n) { ${UNLOCK} return 0; } i = container_of(n, struct item, list); p = i;`, ends: `${UNLOCK} bpf_obj_drop(i);`, isLocked: true },
  { name: 'acquired', struct: 'item', gets: 'struct item *i = bpf_obj_new(struct item); if (!i) return 0; p = bpf_refcount_acquire(i); bpf_obj_drop(i);', ends: 'bpf_obj_drop(p);' },
  { name: 'acquired_from_borrowed', struct: 'item', gets: `struct item *r; ${borrowed('item')} ${TESTED} r = bpf_refcount_acquire(i); p = r;`, ends: 'bpf_rcu_read_unlock(); if (r) bpf_obj_drop(r);' },
  { name: 'value', struct: 'val', gets: 'int key = 0; struct val *v = bpf_map_lookup_elem(&hash, &key); if (!v) return 0; p = v;', ends: '' },
  { name: 'value_untested', struct: 'val', gets: 'int key = 0; struct val *v = bpf_map_lookup_elem(&hash, &key); p = v;', ends: '' },
  { name: 'null', struct: 'item', gets: 'p = NULL;', ends: '' },
]; // prettier-ignore

const OFFSETS: Readonly<Record<Struct, Readonly<Record<string, number>>>> = {
  item: { data: 0, ref: 4, list: 8, lock: 32, head: 40, rb: 56, in: 88 },
  bare: { list: 0, data: 24, in: 32 },
  crate: { data: 0, lock: 4, head: 8, ref: 24, in: 32 },
  val: { data: 0, lock: 4, head: 8, in: 24 },
};

/** What is done, by name. A member that the struct does not have is looked for where it has none. */
const usesOf = ({ struct, isLocked, back }: Origin): Readonly<Record<string, string>> => {
  const at = (member: string): string => `((void *)p + ${String((OFFSETS[struct][member] ?? 16) - (back ?? 0))})`;
  const [lock, unlock] = isLocked === true ? ['', ''] : [LOCK, UNLOCK];
  const kept = struct === 'val' ? 'kept_item' : `kept_${struct}`;
  const contained = struct === 'val' ? 'struct item, list' : 'struct leaf, node';
  return {
    reads: `(void)*(volatile int *)${at('data')};`,
    reads_node: `(void)*(volatile int *)${at('list')};`,
    reads_count: `(void)*(volatile int *)${at('ref')};`,
    reads_lock: `(void)*(volatile int *)${at('lock')};`,
    reads_head: `(void)*(volatile long *)${at('head')};`,
    writes: `*(volatile int *)${at('data')} = 1;`,
    writes_node: `*(volatile int *)${at('list')} = 1;`,
    writes_lock: `*(volatile int *)${at('lock')} = 1;`,
    loads_kptr: `(void)*(volatile long *)${at('in')};`,
    loads_half: `(void)*(volatile int *)${at('in')};`,
    stores_kptr: `*(volatile long *)${at('in')} = 0;`,
    stores_half: `*(volatile int *)${at('in')} = 0;`,
    follows_kptr: `{ struct bytes *b = *(bytes_t *volatile *)${at('in')}; if (b) (void)*(volatile long *)&b->data; }`,
    drops_kptr: `{ struct bytes *b = *(bytes_t *volatile *)${at('in')}; if (b) bpf_obj_drop(b); }`,
    fills: `bpf_get_current_comm(${at('data')}, 4);`,
    fills_node: `bpf_get_current_comm(${at('list')}, 4);`,
    compares: 'bpf_strncmp(p, 4, "abc");',
    reads_address: '{ long x; bpf_probe_read_kernel(&x, 8, p); }',
    exchanges_in: `{ struct bytes *b = bpf_kptr_xchg(${at('in')}, NULL); if (b) bpf_obj_drop(b); }`,
    exchanges_data: `{ struct bytes *b = bpf_kptr_xchg(${at('data')}, NULL); if (b) bpf_obj_drop(b); }`,
    is_exchanged: `{ void *b = bpf_kptr_xchg(&${kept}, p); if (b) bpf_obj_drop(b); }`,
    is_exchanged_for_other: '{ void *b = bpf_kptr_xchg(&kept_bytes, p); if (b) bpf_obj_drop(b); }',
    drops: 'bpf_obj_drop(p);',
    drops_inside: `bpf_obj_drop(${at('ref')});`,
    acquires: '{ void *r = bpf_refcount_acquire_impl(p, NULL); if (r) bpf_obj_drop(r); }',
    acquires_inside: `{ void *r = bpf_refcount_acquire_impl(${at('ref')}, NULL); if (r) bpf_obj_drop(r); }`,
    pushes: `${lock} bpf_list_push_front(&${struct === 'bare' ? 'bare_head' : 'head'}, (void *)${at('list')}); ${unlock}`,
    pushes_wrong: `${lock} bpf_list_push_front(&head, (void *)${at('rb')}); ${unlock}`,
    adds: `${lock} bpf_rbtree_add(&root, (void *)${at('rb')}, less); ${unlock}`,
    removes: `{ struct bpf_rb_node *n; ${lock} n = bpf_rbtree_remove(&root, (void *)${at('rb')}); ${unlock} if (n) bpf_obj_drop(container_of(n, struct item, rb)); }`,
    goes_left: `${lock} bpf_rbtree_left(&root, (void *)${at('rb')}); ${unlock}`,
    pops_inside: `{ struct bpf_list_node *n; ${lock} n = bpf_list_pop_front((void *)${at('head')}); ${unlock} if (n) bpf_obj_drop(container_of(n, struct leaf, node)); }`,
    looks_inside: `${lock} bpf_list_front((void *)${at('head')}); ${unlock}`,
    locks: `bpf_spin_lock((void *)${at('lock')}); bpf_spin_unlock((void *)${at('lock')});`,
    locks_and_pops: `{ struct bpf_list_node *n; bpf_spin_lock((void *)${at('lock')}); n = bpf_list_pop_front((void *)${at('head')}); bpf_spin_unlock((void *)${at('lock')}); if (n) bpf_obj_drop(container_of(n, ${contained})); }`,
    unlocks: `${lock} bpf_spin_unlock((void *)${at('lock')});`,
    locks_res: `if (!bpf_res_spin_lock((void *)${at('lock')})) bpf_res_spin_unlock((void *)${at('lock')});`,
    unlocks_res: `bpf_res_spin_unlock((void *)${at('lock')});`,
    tests: `if (p) (void)*(volatile int *)${at('data')};`,
    tests_the_other_way: `if (!p) (void)*(volatile int *)${at('data')};`,
    passes: `reads((void *)${at('data')});`,
    updates: '{ int k = 1; bpf_map_update_elem(&hash, &k, p, 0); }',
    is_key: 'bpf_map_lookup_elem(&hash, p);',
  };
};

/**
 * What no kernel is asked (README.md): where one warns of a mistake of its own, and where it takes what it should not. Objects of a
 * type without a node that outlived their RCU section are the first, references to what outlived one the second.
 */
const isAsked = ({ name, struct }: Origin, use: string): boolean => {
  if (name.startsWith('outlived')) return struct !== 'crate' && !use.startsWith('acquires');
  const isNotSure = /untested|from_borrowed/.test(name) || (struct === 'crate' && /borrowed|loaded/.test(name));
  return !(isNotSure && use.startsWith('is_exchanged'));
};

export const pointerCells: readonly Cell[] = origins.flatMap(o =>
  Object.entries(usesOf(o))
    .filter(([use]) => isAsked(o, use))
    .map(([use, does]): Cell => ({
      name: `${o.name}_${o.struct}__${use}`,
      functions: '',
      // The compiler is to know nothing of the pointer.
      body: `void *p; ${o.gets} asm volatile("" : "+r"(p)); ${does} ${o.ends}`,
    })),
);
