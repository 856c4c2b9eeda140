/** Random programs over the event alphabet: a small fixed world, and event graphs that branch and join. */
import fc from 'fast-check';
import type { At, Edge, Field, MapDef, Operand, Program, ProgramEvent, StructType, Unit } from '../../model/program.js';
import type { SystemSpec } from '../../model/system.js';

const at: At = { file: 'random.bpf.c', line: 1, column: 1 };
const field = (kind: Field['kind'], name: string, offset: number, more: Partial<Field> = {}): Field => ({ kind, name, offset, at, ...more });
const contains = { type: 'node', node: 'list' };

const types: StructType[] = [
  { name: '.data.A', size: 32, at, fields: [field('bpf_spin_lock', 'lock_a', 0), field('bpf_list_head', 'head_a', 8, { contains })] },
  { name: '.data.B', size: 32, at, fields: [field('bpf_spin_lock', 'lock_b', 0), field('bpf_list_head', 'head_b', 8, { contains })] },
  {
    name: 'val',
    size: 40,
    at,
    fields: [field('bpf_spin_lock', 'lock', 0), field('bpf_list_head', 'head', 8, { contains }), field('kptr', 'stash', 24, { pointee: 'node' })],
  },
  { name: 'node', size: 32, at, fields: [field('bpf_list_node', 'list', 0), field('bpf_refcount', 'refs', 24)] },
];
const map = (name: string, valueType: string, more: Partial<MapDef>): MapDef => ({
  name,
  type: 'BPF_MAP_TYPE_ARRAY',
  maxEntries: 1,
  valueType,
  flags: [],
  isPinned: false,
  at,
  ...more,
});
const maps: MapDef[] = [
  map('.data.A', '.data.A', { section: { name: '.data.A', vars: [] } }),
  map('.data.B', '.data.B', { section: { name: '.data.B', vars: [] } }),
  map('m', 'val', { maxEntries: 2 }),
];
const SLOTS = 4;
const slot = fc.nat({ max: SLOTS - 1 });

/** A step of a program before its graph is known: an event, or a branch around the next few events. */
type Piece = { readonly event: ProgramEvent } | { readonly test: number; readonly skip: number } | { readonly flip: number; readonly skip: number };

const operand = (adds: readonly number[]) => fc.record({ slot, add: fc.constantFrom(...adds) }) as fc.Arbitrary<Operand>;
const lockAt = operand([0, 0, 0, 8]);
const headAt = operand([8, 8, 8, 0]);
const nodeAt = operand([0, 0, 8]);
const event: fc.Arbitrary<ProgramEvent> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ event: fc.constant('global' as const), dst: slot, map: fc.constantFrom('.data.A', '.data.B'), off: fc.constant(0) }) },
  { weight: 2, arbitrary: fc.record({ event: fc.constant('bpf_map_lookup_elem' as const), dst: slot, map: fc.constant('m'), key: fc.constant(0) }) },
  { weight: 2, arbitrary: fc.record({ event: fc.constant('move' as const), dst: slot, src: operand([0, 8]) }) },
  { weight: 4, arbitrary: fc.record({ event: fc.constant('bpf_spin_lock' as const), lock: lockAt }) },
  { weight: 4, arbitrary: fc.record({ event: fc.constant('bpf_spin_unlock' as const), lock: lockAt }) },
  { weight: 3, arbitrary: fc.record({ event: fc.constant('bpf_obj_new' as const), dst: slot, type: fc.constant('node') }) },
  { weight: 2, arbitrary: fc.record({ event: fc.constant('bpf_obj_drop' as const), obj: operand([0]) }) },
  { weight: 3, arbitrary: fc.record({ event: fc.constant('bpf_list_push_back' as const), head: headAt, node: nodeAt }) },
  { weight: 3, arbitrary: fc.record({ event: fc.constant('bpf_list_pop_front' as const), dst: slot, head: headAt }) },
  { weight: 1, arbitrary: fc.record({ event: fc.constant('bpf_refcount_acquire' as const), dst: slot, obj: operand([0]) }) },
  { weight: 1, arbitrary: fc.record({ event: fc.constant('bpf_kptr_xchg' as const), dst: slot, field: operand([24]), obj: fc.option(operand([0])) }) },
  { weight: 1, arbitrary: fc.record({ event: fc.constant('load_kptr' as const), dst: slot, field: operand([24]) }) },
  { weight: 1, arbitrary: fc.record({ event: fc.constant('read' as const), src: operand([16, 0]) }) },
  { weight: 1, arbitrary: fc.constantFrom<ProgramEvent>({ event: 'bpf_rcu_read_lock' }, { event: 'bpf_rcu_read_unlock' }, { event: 'bpf_preempt_disable' }, { event: 'bpf_preempt_enable' }) },
);
const piece: fc.Arbitrary<Piece> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ event }) },
  { weight: 2, arbitrary: fc.record({ test: slot, skip: fc.nat({ max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ flip: fc.nat({ max: 1 }), skip: fc.nat({ max: 2 }) }) },
);

/** Pieces that make sense more often than not: look up or allocate, test, lock, work, unlock. */
const sensible: fc.Arbitrary<Piece[]> = fc.tuple(slot, slot, slot, fc.boolean(), fc.boolean()).map(([a, b, c, useMap, drop]) => {
  const g: Piece = useMap
    ? { event: { event: 'bpf_map_lookup_elem', dst: a, map: 'm', key: 0 } }
    : { event: { event: 'global', dst: a, map: c % 2 === 0 ? '.data.A' : '.data.B', off: 0 } };
  const tested: Piece[] = useMap ? [{ test: a, skip: 99 }] : [];
  return [
    g,
    ...tested,
    { event: { event: 'bpf_obj_new', dst: b, type: 'node' } },
    { test: b, skip: 99 },
    { event: { event: 'bpf_spin_lock', lock: { slot: a, add: 0 } } },
    { event: { event: 'bpf_list_push_back', head: { slot: a, add: 8 }, node: { slot: b, add: 0 } } },
    { event: { event: 'bpf_list_pop_front', dst: c, head: { slot: a, add: 8 } } },
    { event: { event: 'bpf_spin_unlock', lock: { slot: a, add: 0 } } },
    { test: c, skip: 99 },
    ...(drop ? [{ event: { event: 'bpf_obj_drop', obj: { slot: c, add: 0 } } } satisfies Piece] : []),
  ];
});

const toProgram = (name: string, pieces: readonly Piece[]): Program => {
  const edges: Edge[] = [];
  const n = pieces.length;
  const exit = n + 1;
  const line = (i: number): At => ({ ...at, line: i + 1 });
  pieces.forEach((p, i) => {
    if ('event' in p) {
      edges.push({ from: i, to: i + 1, does: p.event, at: line(i) });
      return;
    }
    const target = Math.min(n, i + 1 + p.skip);
    if ('test' in p) {
      edges.push({ from: i, to: i + 1, does: { event: 'test_null', slot: p.test, isNull: false }, at: line(i) });
      edges.push({ from: i, to: target, does: { event: 'test_null', slot: p.test, isNull: true }, at: line(i) });
    } else {
      edges.push({ from: i, to: i + 1, does: { event: 'test', scalar: p.flip, among: [0] }, at: line(i) });
      edges.push({ from: i, to: target, does: { event: 'test', scalar: p.flip, among: [1] }, at: line(i) });
    }
  });
  edges.push({ from: n, to: exit, does: { event: 'exit' }, at: line(n) });
  return {
    name,
    section: 'tc',
    kind: 'program',
    sleepable: false,
    entry: 0,
    exit,
    edges,
    slots: Array.from({ length: SLOTS }, (_, i) => `p${String(i)}`),
    scalars: ['key', 'flag'],
    maps: ['.data.A', '.data.B', 'm'],
    types: ['node'],
    at,
  };
};

const pieces = (most: number): fc.Arbitrary<Piece[]> =>
  fc.oneof(
    fc.array(piece, { minLength: 2, maxLength: most }),
    fc.tuple(sensible, fc.array(fc.tuple(fc.nat({ max: 9 }), piece), { maxLength: 2 })).map(([base, inserts]) => {
      const list = [...base];
      for (const [i, p] of inserts) list.splice(Math.min(i, list.length), 0, p);
      return list;
    }),
  );

/** Two runs of random programs on two CPUs. */
export const randomSystem = (most = 10): fc.Arbitrary<SystemSpec> =>
  fc.tuple(pieces(most), pieces(most)).map(([p, q]) => {
    const programs = [toProgram('p', p), toProgram('q', q)];
    const unit: Unit = { file: at.file, types, maps, programs, classes: [{ lo: 0, hi: 0 }, { lo: 1, hi: 1 }] };
    return {
      unit,
      runs: programs.map((program, cpu) => ({ kind: 'program', name: program.name, program, cpu, context: 'task', interrupts: [], load: 1 })),
      elements: new Map(),
    };
  });
