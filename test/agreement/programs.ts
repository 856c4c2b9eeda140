/**
 * Random systems: a design, and two runs of random programs over the whole event alphabet.
 *
 * A program is a tree of pieces (events, branches, loops, callbacks, calls), so that it shrinks piece by piece. Most programs are
 * made of blocks that make sense - look up, test, lock, work, unlock - and some are then damaged, or are noise from the start: a
 * good share is accepted, and the rest is rejected at many different guards. What the design's kernel does not have is left out.
 */
import * as fc from 'fast-check';
import type { Baseline } from '../../model/baseline.js';
import { baselineOf } from '../../model/baseline.js';
import type { Design } from '../../model/design.js';
import { dialectOf } from '../../model/design.js';
import { allDesigns } from '../../model/designs/index.js';
import { mightSleep } from '../../model/functions.js';
import type {
  At,
  Edge,
  Field,
  MapDef,
  Operand,
  Program,
  ProgramEvent,
  ProgramKind,
  StructType,
  Unit,
} from '../../model/program.js';
import type { RunSpec, SystemSpec, UserEvent } from '../../model/system.js';

export interface RandomSystem {
  readonly design: Design;
  readonly spec: SystemSpec;
}

// ---- The world ---------------------------------------------------------------------------------------------------------

const at: At = { file: 'random.bpf.c', line: 1, column: 1 };
const field = (kind: Field['kind'], name: string, offset: number, more: Partial<Field> = {}): Field => ({
  kind,
  name,
  offset,
  at,
  ...more,
});
const type = (name: string, size: number, ...fields: Field[]): StructType => ({ name, size, fields, at });
const listOf = (node: string, more: Partial<Field> = {}): Partial<Field> => ({
  contains: { type: node, node: 'list' },
  ...more,
});
const treeOf = (node: string): Partial<Field> => ({ contains: { type: node, node: 'rb' } });

const spin = (name: string, offset = 0): Field => field('bpf_spin_lock', name, offset);
const allTypes: readonly StructType[] = [
  type('.data.A', 32, spin('lock_a'), field('bpf_list_head', 'head_a', 8, listOf('node'))),
  type('.data.B', 32, spin('lock_b'), field('bpf_list_head', 'head_b', 8, listOf('node'))),
  type('.data.T', 32, spin('lock_t'), field('bpf_rb_root', 'root_t', 8, treeOf('tnode'))),
  // One lock for a list and a tree whose nodes may be in both.
  type(
    '.data.U',
    48,
    spin('lock_u'),
    field('bpf_list_head', 'head_u', 8, listOf('both')),
    field('bpf_rb_root', 'root_u', 24, treeOf('both')),
  ),
  type('.data.R', 32, field('bpf_res_spin_lock', 'res_r', 0), field('bpf_list_head', 'head_r', 8, listOf('node'))),
  type('.data.S', 32, field('bpf_res_spin_lock', 'res_s', 0), field('bpf_list_head', 'head_s', 8, listOf('node'))),
  // Two locks in one value, each with a list of its own.
  type(
    '.data.G',
    48,
    spin('lock_1'),
    spin('lock_2', 4),
    field('bpf_list_head', 'head_1', 8, listOf('node', { guardedBy: 'lock_1' })),
    field('bpf_list_head', 'head_2', 24, listOf('node', { guardedBy: 'lock_2' })),
  ),
  type('.data.P', 8),
  // Locks apart from what they guard.
  type('.locks', 16, spin('lk_a'), spin('lk_b', 8)),
  type('.data.LA', 32, field('bpf_list_head', 'head_la', 8, listOf('node', { guardedBy: 'lk_a' }))),
  type('.data.LB', 32, field('bpf_list_head', 'head_lb', 8, listOf('node', { guardedBy: 'lk_b' }))),
  type(
    'val',
    40,
    spin('lock'),
    field('bpf_list_head', 'head', 8, listOf('node')),
    field('kptr', 'stash', 24, { pointee: 'node' }),
  ),
  type('node', 32, field('bpf_list_node', 'list', 0), field('bpf_refcount', 'refs', 24)),
  type('tnode', 48, field('bpf_rb_node', 'rb', 0), field('bpf_refcount', 'refs', 32)),
  type(
    'both',
    64,
    field('bpf_list_node', 'list', 0),
    field('bpf_rb_node', 'rb', 24),
    field('bpf_refcount', 'refs', 56),
  ),
  type('box', 32, spin('lock'), field('bpf_list_head', 'head', 8, listOf('node'))),
];
const map = (name: string, mapType: string, valueType: string, more: Partial<MapDef> = {}): MapDef => ({
  name,
  type: `BPF_MAP_TYPE_${mapType}`,
  maxEntries: 1,
  valueType,
  flags: [],
  isPinned: false,
  at,
  ...more,
});
const sectionMap = (name: string): MapDef =>
  map(name, 'ARRAY', name, {
    section: {
      name,
      vars: (allTypes.find(t => t.name === name)?.fields ?? []).map(f => ({
        name: f.name,
        offset: f.offset,
        size: 4,
        isStatic: true,
        isHidden: false,
      })),
    },
  });
const allMaps: readonly MapDef[] = [
  ...allTypes.filter(t => t.name.startsWith('.')).map(t => sectionMap(t.name)),
  map('m', 'ARRAY', 'val', { maxEntries: 2 }),
  map('h', 'HASH', 'val', { maxEntries: 2 }),
  map('outer', 'ARRAY_OF_MAPS', '', { maxEntries: 2, inner: { template: 'in_a', initial: ['in_a', 'in_b'] } }),
  map('in_a', 'ARRAY', 'val'),
  map('in_b', 'ARRAY', 'val'),
];

// ---- Pieces ------------------------------------------------------------------------------------------------------------

export type Piece =
  | { readonly does: ProgramEvent }
  /** The body is for a pointer that is not NULL. */
  | { readonly unlessNull: number; readonly body: readonly Piece[] }
  /** The body is for a scalar of class 0. */
  | { readonly ifZero: number; readonly body: readonly Piece[] }
  /** The body is for a lock that was got. */
  | {
      readonly take: 'bpf_res_spin_lock' | 'bpf_res_spin_lock_irqsave';
      readonly lock: Operand;
      /** Where the irqsave form keeps the interrupt state. */
      readonly flags: number;
      readonly body: readonly Piece[];
    }
  /** A function that calls back, up to `bound` times. `stops`: the callback says itself when it is enough. */
  | {
      readonly loop: 'bpf_loop' | 'bpf_for_each_map_elem';
      readonly value: number;
      readonly over: string;
      readonly bound: number;
      readonly stops: boolean;
      readonly body: readonly Piece[];
    }
  | {
      readonly add: { readonly root: Operand; readonly node: Operand };
      readonly a: number;
      readonly b: number;
      readonly bound: number;
      readonly body: readonly Piece[];
    }
  | { readonly frame: 'static' | 'global'; readonly body: readonly Piece[] }
  | { readonly out: Out };

const OUTS = ['exit', 'bpf_throw', 'bpf_tail_call', 'load_packet'] as const;
type Out = (typeof OUTS)[number];

const SLOTS = 5;
/** Bodies of global subprograms have variables of their own. */
const GLOBAL_SLOTS = 10;
const slot = fc.nat({ max: SLOTS - 1 });
const bodyOf = (p: Piece): readonly Piece[] => ('body' in p ? p.body : []);
const throwsSomewhere = (p: Piece): boolean => ('out' in p && p.out === 'bpf_throw') || bodyOf(p).some(throwsSomewhere);
const on = (s: number, add = 0): Operand => ({ slot: s, add });
const ev = (does: ProgramEvent): Piece => ({ does });

// ---- Noise: any event, any operands ------------------------------------------------------------------------------------

const operand = (...adds: readonly number[]): fc.Arbitrary<Operand> =>
  fc.record({ slot, add: fc.constantFrom(...adds) });
const anyLock = operand(0, 0, 0, 4, 8);
const anyHead = operand(8, 8, 8, 24, 0);
const anyNode = operand(0, 0, 24);
const withDst = <T extends object>(event: string, more: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record({ event: fc.constant(event), dst: slot, ...more }) as fc.Arbitrary<unknown> as fc.Arbitrary<ProgramEvent>;
const withOut = <T extends object>(event: string, more: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record({ event: fc.constant(event), ...more }) as fc.Arbitrary<unknown> as fc.Arbitrary<ProgramEvent>;

const LIST_SECTIONS = ['.data.A', '.data.B', '.data.G', '.data.U', '.data.R', '.data.T', '.locks', '.data.LA'];
const anyEvent: fc.Arbitrary<ProgramEvent> = fc.oneof(
  {
    weight: 3,
    arbitrary: withDst('global', { map: fc.constantFrom(...LIST_SECTIONS), off: fc.constantFrom(0, 0, 8) }),
  },
  {
    weight: 2,
    arbitrary: withDst('bpf_map_lookup_elem', { map: fc.constantFrom('m', 'h', 'outer'), key: fc.constant(0) }),
  },
  { weight: 1, arbitrary: withDst('inner_lookup', { map: slot, key: fc.constant(0) }) },
  { weight: 2, arbitrary: withDst('move', { src: operand(0, 0, 8) }) },
  { weight: 1, arbitrary: withDst('null', {}) },
  { weight: 3, arbitrary: withOut('bpf_spin_lock', { lock: anyLock }) },
  { weight: 4, arbitrary: withOut('bpf_spin_unlock', { lock: anyLock }) },
  { weight: 1, arbitrary: withOut('bpf_structure_unlock', { lock: anyHead }) },
  { weight: 1, arbitrary: withOut('bpf_res_spin_unlock', { lock: anyLock }) },
  { weight: 1, arbitrary: withOut('bpf_res_spin_unlock_irqrestore', { lock: anyLock, flags: slot }) },
  { weight: 2, arbitrary: withDst('bpf_obj_new', { type: fc.constantFrom('node', 'tnode', 'both', 'box') }) },
  { weight: 2, arbitrary: withOut('bpf_obj_drop', { obj: operand(0) }) },
  { weight: 2, arbitrary: withOut('bpf_list_push_back', { head: anyHead, node: anyNode }) },
  { weight: 1, arbitrary: withOut('bpf_list_push_front', { head: anyHead, node: anyNode }) },
  { weight: 2, arbitrary: withDst('bpf_list_pop_front', { head: anyHead }) },
  { weight: 1, arbitrary: withDst('bpf_list_pop_back', { head: anyHead }) },
  { weight: 1, arbitrary: withDst('bpf_list_front', { head: anyHead }) },
  { weight: 1, arbitrary: withDst('bpf_list_back', { head: anyHead }) },
  { weight: 1, arbitrary: withDst('bpf_list_del', { head: anyHead, node: anyNode }) },
  { weight: 1, arbitrary: withDst('bpf_rbtree_first', { root: anyHead }) },
  { weight: 1, arbitrary: withDst('bpf_rbtree_root', { root: anyHead }) },
  { weight: 1, arbitrary: withDst('bpf_rbtree_left', { root: anyHead, node: anyNode }) },
  { weight: 1, arbitrary: withDst('bpf_rbtree_remove', { root: anyHead, node: anyNode }) },
  { weight: 2, arbitrary: withDst('bpf_refcount_acquire', { obj: operand(0) }) },
  { weight: 1, arbitrary: withDst('bpf_kptr_xchg', { field: operand(24), obj: fc.option(operand(0)) }) },
  { weight: 1, arbitrary: withDst('load_kptr', { field: operand(24) }) },
  { weight: 1, arbitrary: withOut('read', { src: operand(28, 36, 0) }) },
  { weight: 1, arbitrary: operand(28, 36).map((dst): ProgramEvent => ({ event: 'write', dst })) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<ProgramEvent>(
      { event: 'bpf_rcu_read_lock' },
      { event: 'bpf_rcu_read_unlock' },
      { event: 'bpf_preempt_disable' },
      { event: 'bpf_preempt_enable' },
      { event: 'bpf_local_irq_save', flags: 4 },
      { event: 'bpf_local_irq_restore', flags: 4 },
      { event: 'call', fn: 'bpf_ktime_get_ns', pointers: [] },
      { event: 'call', fn: 'bpf_copy_from_user', pointers: [] },
      { event: 'call', fn: 'bpf_probe_read_kernel', pointers: [{ src: on(0), as: 'pointer' }] },
      { event: 'call', fn: 'bpf_probe_read_kernel', pointers: [{ src: on(0), as: 'memory' }] },
      { event: 'set', scalar: 1, to: [0] },
      { event: 'set', scalar: 0, to: [1] },
      { event: 'copy', scalar: 1, from: 0 },
    ),
  },
);
const noise: fc.Arbitrary<Piece[]> = fc.letrec<{ list: Piece[]; piece: Piece }>(tie => ({
  list: fc.array(tie('piece'), { minLength: 0, maxLength: 5, depthIdentifier: 'noise' }),
  piece: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'noise' },
    { weight: 12, arbitrary: anyEvent.map(ev) },
    { weight: 3, arbitrary: fc.record({ unlessNull: slot, body: tie('list') }) },
    { weight: 1, arbitrary: fc.record({ ifZero: fc.nat({ max: 1 }), body: tie('list') }) },
    {
      weight: 1,
      arbitrary: fc.record({
        take: fc.constantFrom('bpf_res_spin_lock' as const, 'bpf_res_spin_lock_irqsave' as const),
        lock: anyLock,
        flags: slot,
        body: tie('list'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        loop: fc.constantFrom('bpf_loop' as const, 'bpf_for_each_map_elem' as const),
        value: slot,
        over: fc.constantFrom('m', 'h'),
        bound: fc.constant(1),
        stops: fc.boolean(),
        body: tie('list'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        add: fc.record({ root: anyHead, node: anyNode }),
        a: slot,
        b: slot,
        bound: fc.constant(1),
        body: tie('list'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ frame: fc.constantFrom('static' as const, 'global' as const), body: tie('list') }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ out: fc.constantFrom(...OUTS) }),
    },
  ),
})).list;

// ---- Blocks that make sense --------------------------------------------------------------------------------------------

/** Where a structure lies, how one gets there, and what locks it. */
interface Spot {
  readonly head: number;
  readonly lock: number;
  readonly by: 'spin' | 'structure' | 'res' | 'res-irq' | 'apart';
  readonly graph: 'list' | 'rbtree';
  readonly node: string;
  readonly link: number;
  /** Offset of plain data from the link. */
  readonly data: number;
  /** Puts a pointer to the value into the slot; the slot after it may be used on the way. */
  readonly find: (into: number, body: readonly Piece[]) => Piece[];
}
const inSection =
  (name: string): Spot['find'] =>
  (into, body) => [ev({ event: 'global', dst: into, map: name, off: 0 }), ...body];
const inMap =
  (name: string): Spot['find'] =>
  (into, body) => [ev({ event: 'bpf_map_lookup_elem', dst: into, map: name, key: 0 }), { unlessNull: into, body }];
const inInnerMap: Spot['find'] = (into, body) => [
  ev({ event: 'bpf_map_lookup_elem', dst: into + 1, map: 'outer', key: 0 }),
  {
    unlessNull: into + 1,
    body: [ev({ event: 'inner_lookup', dst: into, map: into + 1, key: 1 }), { unlessNull: into, body }],
  },
];
const spot = (find: Spot['find'], more: Partial<Omit<Spot, 'find'>> = {}): Spot => ({
  head: 8,
  lock: 0,
  by: 'spin',
  graph: 'list',
  node: 'node',
  link: 0,
  data: 28,
  find,
  ...more,
});
const sameValueSpots: readonly Spot[] = [
  spot(inSection('.data.A')),
  spot(inSection('.data.A')),
  spot(inSection('.data.B')),
  spot(inMap('m')),
  spot(inMap('h')),
  spot(inInnerMap),
  spot(inSection('.data.G')),
  spot(inSection('.data.G'), { head: 24, lock: 4 }),
  spot(inSection('.data.U'), { node: 'both', data: 60 }),
  spot(inSection('.data.U'), { node: 'both', graph: 'rbtree', head: 24, link: 24, data: 36 }),
  spot(inSection('.data.T'), { node: 'tnode', graph: 'rbtree', data: 36 }),
  spot(inSection('.data.R'), { by: 'res' }),
  spot(inSection('.data.R'), { by: 'res-irq' }),
  spot(inSection('.data.S'), { by: 'res' }),
];
const lockSpots: readonly Spot[] = [
  spot(inSection('.data.LA'), { by: 'apart' }),
  spot(inSection('.data.LA'), { by: 'apart' }),
  spot(inSection('.data.LB'), { by: 'apart', lock: 8 }),
];
const isPlain = (s: Spot): boolean => s.by === 'spin' && s.head === 8;
const spotsOf = (d: Design): readonly Spot[] => {
  const dialect = dialectOf(d);
  if (dialect === 'locks-section') return lockSpots;
  if (dialect === 'own-lock') return sameValueSpots.filter(isPlain).map(s => ({ ...s, by: 'structure' }));
  const hasRes = !baselineOf[d.baseline].missing.has('bpf_res_spin_lock');
  const one = d.placement.locksPerValue === 'one';
  return [
    ...sameValueSpots.filter(s => (hasRes || !s.by.startsWith('res')) && (!one || s.head === 8 || s.node === 'both')),
    ...(d.guard === 'declared-anywhere' || d.guard === 'bound-address' ? lockSpots : []),
  ];
};

/** Slots of blocks: value, the slot its lookup may use, node, result, lock or flags. */
const V = 0;
const N = 2;
const C = 3;
const L = 4;
const critical = (s: Spot, body: readonly Piece[]): Piece[] => {
  const lock = on(V, s.lock);
  switch (s.by) {
    case 'spin':
      return [ev({ event: 'bpf_spin_lock', lock }), ...body, ev({ event: 'bpf_spin_unlock', lock })];
    case 'structure':
      return [
        ev({ event: 'bpf_structure_lock', lock: on(V, s.head) }),
        ...body,
        ev({ event: 'bpf_structure_unlock', lock: on(V, s.head) }),
      ];
    case 'apart':
      return [
        ev({ event: 'global', dst: L, map: '.locks', off: s.lock }),
        ev({ event: 'bpf_spin_lock', lock: on(L) }),
        ...body,
        ev({ event: 'bpf_spin_unlock', lock: on(L) }),
      ];
    case 'res':
      return [
        { take: 'bpf_res_spin_lock', lock, flags: V, body: [...body, ev({ event: 'bpf_res_spin_unlock', lock })] },
      ];
    case 'res-irq':
      return [
        {
          take: 'bpf_res_spin_lock_irqsave',
          lock,
          flags: V,
          body: [...body, ev({ event: 'bpf_res_spin_unlock_irqrestore', lock, flags: V })],
        },
      ];
  }
};
/** The node is new, and given away in `use`; without memory the block is over. */
const withNode = (s: Spot, use: readonly Piece[]): Piece[] => [
  ev({ event: 'bpf_obj_new', dst: N, type: s.node }),
  { unlessNull: N, body: use },
];
const drop = (s: number): Piece => ev({ event: 'bpf_obj_drop', obj: on(s) });
const dropIfAny = (s: number, s0: Spot): Piece => ({
  unlessNull: s,
  body: s0.link === 0 ? [drop(s)] : [ev({ event: 'move', dst: s, src: on(s, -s0.link) }), drop(s)],
});
const insert = (s: Spot, bound: number, less: readonly Piece[]): Piece =>
  s.graph === 'list'
    ? ev({ event: 'bpf_list_push_back', head: on(V, s.head), node: on(N, s.link) })
    : { add: { root: on(V, s.head), node: on(N, s.link) }, a: 3, b: 4, bound, body: less };
const firstOf = (s: Spot, name: 'first' | 'last'): ProgramEvent =>
  s.graph === 'list'
    ? { event: name === 'first' ? 'bpf_list_front' : 'bpf_list_back', dst: C, head: on(V, s.head) }
    : { event: name === 'first' ? 'bpf_rbtree_first' : 'bpf_rbtree_root', dst: C, root: on(V, s.head) };
const takeOut = (s: Spot): Piece[] =>
  s.graph === 'list'
    ? [ev({ event: 'bpf_list_pop_front', dst: C, head: on(V, s.head) })]
    : [
        ev(firstOf(s, 'first')),
        { unlessNull: C, body: [ev({ event: 'bpf_rbtree_remove', dst: C, root: on(V, s.head), node: on(C) })] },
      ];

const blockOf = (s: Spot, shape: number, bound: number): Piece[] => {
  switch (shape) {
    case 0:
      return s.find(V, withNode(s, critical(s, [insert(s, bound, [ev({ event: 'read', src: on(3, s.data) })])])));
    case 1:
      return s.find(V, [ev({ event: 'null', dst: C }), ...critical(s, takeOut(s)), dropIfAny(C, s)]);
    case 2:
      return s.find(V, withNode(s, [...critical(s, [insert(s, 0, []), ...takeOut(s)]), dropIfAny(C, s)]));
    case 3:
      return s.find(V, [
        ev({ event: 'null', dst: N }),
        ...critical(s, [
          ev(firstOf(s, 'last')),
          {
            unlessNull: C,
            body: [
              ev({ event: 'read', src: on(C, s.data) }),
              ev(
                s.graph === 'list'
                  ? { event: 'bpf_list_del', dst: N, head: on(V, s.head), node: on(C) }
                  : { event: 'bpf_rbtree_left', dst: C, root: on(V, s.head), node: on(C) },
              ),
            ],
          },
        ]),
        dropIfAny(N, s),
      ]);
    case 4:
      // One reference is given away, the other kept.
      return s.find(V, [
        ...withNode(s, [
          ev({ event: 'bpf_refcount_acquire', dst: C, obj: on(N) }),
          {
            unlessNull: C,
            body: [...critical(s, [insert(s, 0, [])]), ev({ event: 'read', src: on(C, s.link + s.data) }), drop(C)],
          },
        ]),
      ]);
    case 5:
      // The lock through another copy of the pointer.
      return s.find(V, [
        ev({ event: 'move', dst: C, src: on(V, s.by === 'structure' ? 0 : s.lock) }),
        ...(s.by === 'spin'
          ? [ev({ event: 'bpf_spin_lock', lock: on(C) }), ev({ event: 'bpf_spin_unlock', lock: on(V, s.lock) })]
          : critical(s, [])),
      ]);
    default:
      return s.find(V, critical(s, []));
  }
};
const kptrBlocks: readonly Piece[][] = [
  inMap('m')(V, [
    ev({ event: 'bpf_obj_new', dst: N, type: 'node' }),
    {
      unlessNull: N,
      body: [ev({ event: 'bpf_kptr_xchg', dst: C, field: on(V, 24), obj: on(N) }), { unlessNull: C, body: [drop(C)] }],
    },
  ]),
  inMap('h')(V, [
    ev({ event: 'bpf_kptr_xchg', dst: C, field: on(V, 24), obj: null }),
    { unlessNull: C, body: [drop(C)] },
  ]),
  inMap('m')(V, [
    ev({ event: 'bpf_rcu_read_lock' }),
    ev({ event: 'load_kptr', dst: C, field: on(V, 24) }),
    {
      unlessNull: C,
      body: [
        ev({ event: 'read', src: on(C, 28) }),
        ev({ event: 'bpf_refcount_acquire', dst: N, obj: on(C) }),
        { unlessNull: N, body: [drop(N)] },
      ],
    },
    ev({ event: 'bpf_rcu_read_unlock' }),
  ]),
];
/** An object with a lock and a list of its own. */
const boxBlock: Piece[] = [
  ev({ event: 'bpf_obj_new', dst: V, type: 'box' }),
  {
    unlessNull: V,
    body: [ev({ event: 'bpf_spin_lock', lock: on(V) }), ev({ event: 'bpf_spin_unlock', lock: on(V) }), drop(V)],
  },
];
/** A block inside a region, a call, a callback, or a branch. */
const wrap = (block: readonly Piece[], how: number, bound: number): Piece[] => {
  switch (how) {
    case 0:
      return [ev({ event: 'bpf_preempt_disable' }), ...block, ev({ event: 'bpf_preempt_enable' })];
    case 1:
      return [
        ev({ event: 'bpf_local_irq_save', flags: L }),
        ...block,
        ev({ event: 'bpf_local_irq_restore', flags: L }),
      ];
    case 2:
      return [ev({ event: 'bpf_rcu_read_lock' }), ...block, ev({ event: 'bpf_rcu_read_unlock' })];
    case 3:
      return [{ frame: 'static', body: block }];
    case 4:
      return [{ frame: 'global', body: block }];
    case 5:
      return [{ loop: 'bpf_loop', value: 0, over: 'm', bound, stops: bound === 1, body: block }];
    case 6:
      return [
        ev({ event: 'set', scalar: 1, to: [0, 1] }),
        { ifZero: 1, body: block },
        { ifZero: 1, body: [ev({ event: 'call', fn: 'bpf_ktime_get_ns', pointers: [] })] },
      ];
    case 7:
      return [{ ifZero: 1, body: [{ out: 'exit' }] }, ...block];
    case 8:
      // The callback locks the value it is given.
      return [
        {
          loop: 'bpf_for_each_map_elem',
          value: V,
          over: bound === 1 ? 'h' : 'm',
          bound,
          stops: false,
          body: [
            ev({ event: 'bpf_spin_lock', lock: on(V) }),
            ev({ event: 'bpf_list_pop_front', dst: C, head: on(V, 8) }),
            ev({ event: 'bpf_spin_unlock', lock: on(V) }),
            { unlessNull: C, body: [drop(C)] },
          ],
        },
      ];
    default:
      return [...block];
  }
};

type Damage = { readonly where: number; readonly how: 'leave out' | 'repeat' | 'put in'; readonly piece: Piece };
const damage: fc.Arbitrary<Damage> = fc.record({
  where: fc.nat({ max: 19 }),
  how: fc.constantFrom<Damage['how'][]>('leave out', 'leave out', 'repeat', 'put in', 'put in'),
  piece: anyEvent.map(ev),
});
/** Changes one place of the tree, counted in the order of the text. */
const damaged = (pieces: readonly Piece[], d: Damage): Piece[] => {
  const size = (list: readonly Piece[]): number => list.reduce((n, p) => n + 1 + size(bodyOf(p)), 0);
  let left = d.where % Math.max(1, size(pieces));
  const visit = (list: readonly Piece[]): Piece[] =>
    list.flatMap(p => {
      const mine = left-- === 0;
      const kept = 'body' in p ? { ...p, body: visit(p.body) } : p;
      if (!mine) return [kept];
      return d.how === 'leave out' ? [] : d.how === 'repeat' ? [kept, kept] : [d.piece, kept];
    });
  return visit(pieces);
};

const block = (d: Design): fc.Arbitrary<Piece[]> => {
  const bound = fc.integer({ min: 1, max: 2 });
  const own = fc
    .tuple(fc.constantFrom(...spotsOf(d)), fc.nat({ max: 6 }), fc.nat({ max: 1 }))
    .map(([s, shape, n]) => blockOf(s, shape, n));
  return fc
    .tuple(
      fc.oneof(
        { weight: 8, arbitrary: own },
        { weight: 2, arbitrary: fc.constantFrom(...kptrBlocks) },
        { weight: 1, arbitrary: fc.constant(boxBlock) },
      ),
      fc.nat({ max: 20 }),
      bound,
    )
    .map(([b, how, n]) => wrap(b, how, n));
};
const body = (d: Design, blocks: number): fc.Arbitrary<Piece[]> =>
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .tuple(
          fc.array(block(d), { minLength: 1, maxLength: blocks }),
          fc.oneof(
            { weight: 3, arbitrary: fc.constant<Damage[]>([]) },
            { weight: 2, arbitrary: fc.array(damage, { minLength: 1, maxLength: 2 }) },
          ),
        )
        .map(([list, harm]) => harm.reduce<Piece[]>((pieces, d) => damaged(pieces, d), list.flat())),
    },
    { weight: 1, arbitrary: noise },
  );

// ---- From pieces to programs -------------------------------------------------------------------------------------------

const GRAPH_EVENT = /^bpf_(list|rbtree|obj|refcount|kptr)_|^load_kptr|^less|^rbtree/;
/** Leaves out what the kernel of the design does not have. */
const known = (d: Design, base: Baseline, list: readonly Piece[]): Piece[] =>
  list.flatMap(p => {
    const name =
      'does' in p
        ? p.does.event === 'call'
          ? p.does.fn
          : p.does.event
        : 'take' in p
          ? p.take
          : 'out' in p
            ? p.out
            : 'add' in p
              ? 'bpf_rbtree_add'
              : '';
    if (base.missing.has(name) || (!d.hasGraphs && GRAPH_EVENT.test(name))) return [];
    return ['body' in p ? { ...p, body: known(d, base, p.body) } : p];
  });

interface Built {
  readonly edges: Edge[];
  readonly globals: Program[];
  line: number;
}

const lineOf = (line: number): At => ({ ...at, line });
const shifted = (does: ProgramEvent, by: number): ProgramEvent => {
  if (by === 0) return does;
  const names = new Set(['dst', 'slot', 'a', 'b', 'flags']);
  const move = (key: string, v: unknown): unknown => {
    if (typeof v === 'number' && (names.has(key) || (key === 'map' && does.event === 'inner_lookup'))) return v + by;
    if (Array.isArray(v) && key === 'pointers') return v.map(o => move('', o));
    return typeof v === 'object' && v !== null && 'slot' in v && 'add' in v
      ? { ...v, slot: (v as Operand).slot + by }
      : v;
  };
  return Object.fromEntries(Object.entries(does).map(([k, v]) => [k, move(k, v)])) as unknown as ProgramEvent;
};

const toProgram = (name: string, pieces: readonly Piece[], kind: ProgramKind, b: Built, section: string): Program => {
  const edges: Edge[] = [];
  let nodes = 1;
  const EXIT = -1;
  const node = (): number => nodes++;
  type Who = { readonly only?: 'machine'; readonly shift: number };
  const edge = (from: number, to: number, does: ProgramEvent, w: Who, more: Partial<Edge> = {}): void => {
    edges.push({
      from,
      to,
      does: shifted(does, w.shift),
      at: lineOf(b.line),
      ...(w.only === undefined ? {} : { only: w.only }),
      ...more,
    });
  };
  const jump: ProgramEvent = { event: 'jump' };
  const run = (list: readonly Piece[], from: number, w: Who): number => list.reduce((n, p) => one(p, n, w), from);
  const one = (p: Piece, from: number, w: Who): number => {
    b.line++;
    if ('does' in p) {
      const to = node();
      edge(from, to, p.does, w);
      return to;
    }
    if ('out' in p) {
      // What follows is never reached on this path, but the next piece still wants a node.
      edge(from, EXIT, { event: p.out }, w);
      return node();
    }
    if ('unlessNull' in p || 'ifZero' in p) {
      const inside = node();
      const test = (yes: boolean): ProgramEvent =>
        'unlessNull' in p
          ? { event: 'test_null', slot: p.unlessNull, isNull: !yes }
          : { event: 'test', scalar: p.ifZero, among: [yes ? 0 : 1] };
      const line = b.line;
      edge(from, inside, test(true), w);
      const end = run(p.body, inside, w);
      const after = node();
      edge(end, after, jump, w);
      edge(from, after, test(false), w, { at: lineOf(line) });
      return after;
    }
    if ('take' in p) {
      const inside = node();
      const line = b.line;
      const take = (ok: boolean): ProgramEvent =>
        p.take === 'bpf_res_spin_lock'
          ? { event: p.take, lock: p.lock, ok }
          : { event: p.take, lock: p.lock, flags: p.flags, ok };
      edge(from, inside, take(true), w);
      const end = run(p.body, inside, w);
      const after = node();
      edge(end, after, jump, w);
      edge(from, after, take(false), w, { at: lineOf(line) });
      return after;
    }
    if ('frame' in p) {
      const line = b.line;
      const isOuterGlobal = p.frame === 'global' && w.only === undefined;
      const inner: Who = isOuterGlobal ? { only: 'machine', shift: w.shift + GLOBAL_SLOTS } : w;
      const after = node();
      if (isOuterGlobal) {
        const fn = `${name}_${String(line)}`;
        const callee = toProgram(fn, p.body, 'global', { ...b, globals: [] }, section);
        b.globals.push(callee);
        const sleeps = callee.edges.some(e => e.does.event === 'call' && mightSleep(e.does.fn));
        edge(from, after, { event: 'call_global', fn, sleeps }, w, { only: 'verifier' });
      }
      const enter = node();
      edge(from, enter, { event: 'call_static', fn: 'sub' }, inner);
      const end = run(p.body, enter, inner);
      edge(end, after, { event: 'return_static', fn: 'sub' }, inner);
      return after;
    }
    // Calls back: as the C front end does it.
    const isAdd = 'add' in p;
    const line = b.line;
    const head = node();
    const after = node();
    if (isAdd) edge(from, head, { event: 'bpf_rbtree_add', ...p.add }, w);
    else edge(from, head, jump, w);
    const done: ProgramEvent = isAdd
      ? { event: 'rbtree_added', ...p.add }
      : { event: 'call', fn: p.loop, pointers: [] };
    edge(head, after, done, w);
    if (p.bound === 0) return after;
    const inside = node();
    const first = node();
    const cb = isAdd ? 'less' : p.loop;
    edge(head, inside, { event: 'enter_callback', kind: cb, throws: p.body.some(throwsSomewhere) }, w);
    if (isAdd) edge(inside, first, { event: 'less_args', a: p.a, b: p.b, ...p.add }, w);
    else if (p.loop === 'bpf_for_each_map_elem')
      edge(inside, first, { event: 'callback_value', dst: p.value, map: p.over, kind: p.loop, throws: false }, w);
    else edge(inside, first, jump, w);
    const end = run(p.body, first, w);
    if (isAdd || !p.stops) {
      edge(end, head, { event: 'leave_callback', kind: cb, inRange: true }, w, { bound: p.bound, at: lineOf(line) });
      return after;
    }
    const left = node();
    const stop = node();
    edge(end, left, { event: 'leave_callback', kind: cb, inRange: true }, w, { at: lineOf(line) });
    if (w.only === undefined) edge(left, head, jump, w, { only: 'verifier', bound: p.bound });
    const among = (c: number): ProgramEvent => ({ event: 'test', scalar: 1, among: [c] });
    edge(left, head, among(0), w, { only: 'machine', bound: p.bound });
    edge(left, stop, among(1), w, { only: 'machine' });
    edge(stop, after, done, w, { only: 'machine' });
    return after;
  };
  const last = run(pieces, 0, { shift: 0 });
  b.line++;
  edge(last, EXIT, { event: 'exit' }, { shift: 0 });
  const exit = nodes;
  const reached = new Set([0]);
  for (let grew = true; grew;) {
    grew = false;
    for (const e of edges)
      if (reached.has(e.from) && !reached.has(e.to)) {
        reached.add(e.to);
        grew = true;
      }
  }
  const used = edges.filter(e => reached.has(e.from)).map(e => (e.to === EXIT ? { ...e, to: exit } : e));
  const mentioned = used.flatMap(e => mapsOf(e.does));
  return {
    name,
    section: kind === 'program' ? section : '',
    kind,
    sleepable: section.includes('.s/'),
    entry: 0,
    exit,
    edges: used,
    slots: Array.from(
      { length: 1 + Math.max(SLOTS - 1, ...used.flatMap(e => slotsOf(e.does))) },
      (_, i) => `p${String(i)}`,
    ),
    scalars: ['key', 'flag'],
    maps: [...new Set(mentioned)],
    types: [...new Set(used.flatMap(e => (e.does.event === 'bpf_obj_new' ? [e.does.type] : [])))],
    at,
  };
};
const mapsOf = (does: ProgramEvent): string[] => ('map' in does && typeof does.map === 'string' ? [does.map] : []);
const slotsOf = (does: ProgramEvent): number[] =>
  Object.entries(does).flatMap(([k, v]: [string, unknown]) =>
    typeof v === 'number' && ['dst', 'slot', 'a', 'b', 'flags', 'map'].includes(k)
      ? [v]
      : (Array.isArray(v) ? v : [v]).flatMap((o: unknown) =>
          typeof o === 'object' && o !== null && 'slot' in o ? [(o as Operand).slot] : [],
        ),
  );

/** Only what is used: the state grows with everything that is there. */
const unitOf = (d: Design, programs: readonly Program[], user: readonly UserEvent[]): Unit => {
  const names = new Set([
    ...programs.flatMap(p => p.edges.flatMap(e => mapsOf(e.does))),
    ...user.flatMap(e => ('map' in e ? [e.map] : [])),
  ]);
  for (const m of allMaps)
    if (names.has(m.name) && m.inner !== undefined) {
      names.add(m.inner.template);
      m.inner.initial.forEach(x => x !== null && names.add(x));
    }
  const maps = allMaps.filter(m => names.has(m.name));
  const types = new Set([...maps.map(m => m.valueType), ...programs.flatMap(p => p.types)]);
  for (const t of types)
    for (const f of allTypes.find(x => x.name === t)?.fields ?? []) {
      if (f.contains !== undefined) types.add(f.contains.type);
      if (f.pointee !== undefined) types.add(f.pointee);
    }
  const isLock = (f: Field): boolean => f.kind === 'bpf_spin_lock' || f.kind === 'bpf_res_spin_lock';
  return {
    file: at.file,
    types: allTypes
      .filter(t => types.has(t.name))
      .map(t => (d.hasGraphs ? t : { ...t, fields: t.fields.filter(isLock) }))
      .filter(t => d.hasGraphs || t.fields.length > 0 || maps.some(m => m.valueType === t.name)),
    maps,
    programs,
    classes: [
      { lo: 0, hi: 0 },
      { lo: 1, hi: 1 },
    ],
  };
};

const userEvents: fc.Arbitrary<UserEvent[]> = fc
  .array(
    fc.constantFrom<UserEvent[]>(
      [{ event: 'update', map: 'm', key: 0 }],
      [{ event: 'update', map: 'h', key: 0 }],
      [{ event: 'update_unmasked', map: 'm', key: 0 }],
      [{ event: 'update_locked', map: 'm', key: 0 }],
      [{ event: 'read_locked', map: 'm', key: 0 }],
      [{ event: 'delete', map: 'h', key: 0 }],
      [{ event: 'delete_inner', map: 'outer', key: 0 }],
      [{ event: 'replace_inner', map: 'outer', key: 0, with: 'in_b' }],
      // A loaded program keeps its maps.
      [
        { event: 'unload', program: 'p' },
        { event: 'free_map', map: 'm' },
      ],
    ),
    { minLength: 1, maxLength: 2 },
  )
  .map(list => [...list.filter(x => x.length === 1), ...list.filter(x => x.length > 1).slice(0, 1)].flat());
/** Who runs beside the first program: a second program on another CPU, or one that interrupts it, or user space, or nobody. */
type Beside =
  | { readonly kind: 'program'; readonly context: 'task' | 'irq' | 'nmi'; readonly body: Piece[] }
  | { readonly kind: 'user'; readonly events: UserEvent[] };

const systemUnder = (design: Design, blocks: number): fc.Arbitrary<RandomSystem> => {
  const beside: fc.Arbitrary<Beside> = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('program' as const),
        context: fc.constant('task' as const),
        body: body(design, blocks),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('program' as const),
        context: fc.constantFrom('irq' as const, 'nmi' as const),
        body: body(design, blocks),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('user' as const), events: userEvents }) },
  );
  const sleepable = fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
  return fc.tuple(body(design, blocks), beside, sleepable).map(([first, other, sleeps]) => {
    const base = baselineOf[design.baseline];
    const built: Built = { edges: [], globals: [], line: 1 };
    const p = toProgram('p', known(design, base, first), 'program', built, sleeps ? 'lsm.s/file_open' : 'tc');
    const runs: RunSpec[] = [
      { kind: 'program', name: 'p', program: p, cpu: 0, context: 'task', interrupts: [], load: 1 },
    ];
    const programs = [p];
    if (other.kind === 'program') {
      const q = toProgram(
        'q',
        known(design, base, other.body),
        'program',
        built,
        other.context === 'nmi' ? 'perf_event' : 'tc',
      );
      programs.push(q);
      const { context } = other;
      const interrupts = context === 'task' ? [] : ['p'];
      runs.push({
        kind: 'program',
        name: 'q',
        program: q,
        cpu: context === 'task' ? 1 : 0,
        context,
        interrupts,
        load: 1,
      });
    } else runs.push({ kind: 'user', name: 'user', events: other.events, at });
    const unit = unitOf(design, [...programs, ...built.globals], other.kind === 'user' ? other.events : []);
    const elements = new Map(unit.maps.filter(m => m.name === 'h').map(m => [m.name, [0]]));
    return told({ design, spec: { unit, runs, elements } });
  });
};

const show = (does: ProgramEvent): string => {
  const { event, ...rest } = does;
  const value = (v: unknown): string =>
    typeof v === 'object' && v !== null && 'slot' in v
      ? `p${String((v as Operand).slot)}+${String((v as Operand).add)}`
      : JSON.stringify(v);
  return `${event}(${Object.entries(rest)
    .map(([k, v]) => `${k}=${value(v)}`)
    .join(', ')})`;
};
/** The system as text: what fast-check prints of a counterexample. */
export const systemText = ({ design, spec }: RandomSystem): string =>
  [
    `design ${design.id}`,
    ...spec.unit.programs.flatMap(p => [
      `program ${p.name}${p.kind === 'program' ? '' : ` (${p.kind})`}${p.sleepable ? ' sleepable' : ''}, exit ${String(p.exit)}`,
      ...p.edges.map(
        e =>
          `  ${String(e.from)} -> ${String(e.to)}: ${show(e.does)}${e.only === undefined ? '' : ` [${e.only}]`}${e.bound === undefined ? '' : ` [bound ${String(e.bound)}]`}`,
      ),
    ]),
    ...spec.runs.map(r =>
      r.kind === 'user'
        ? `run user: ${JSON.stringify(r.events)}`
        : `run ${r.name}: cpu ${String(r.cpu)}, ${r.context}${r.interrupts.length > 0 ? ` in ${r.interrupts.join()}` : ''}`,
    ),
  ].join('\n');
const told = (s: RandomSystem): RandomSystem =>
  Object.defineProperty(s, fc.toStringMethod, { value: () => systemText(s), enumerable: false });

/** `blocks`: the most blocks of a program. The design is one of `designs`; those of a kernel that has more come up more often. */
export const randomSystem = (blocks = 1, designs: readonly Design[] = allDesigns): fc.Arbitrary<RandomSystem> =>
  fc.oneof(
    ...designs
      // The section rows differ from ptr-id only in what user space may map, and nobody maps anything here.
      .filter(d => d.axis === undefined || designs.length === 1)
      .map(d => ({
        weight: d.baseline === 'linux-6.18' ? 5 : d.baseline === 'bpf-next-2026' ? 3 : d.id === 'ptr-id' ? 3 : 1,
        arbitrary: systemUnder(d, blocks),
      })),
  );
