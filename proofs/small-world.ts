/** A small world with everything in it that programs may have: for samples of states, not for searches. */
import type { PlainState, Universe } from '../checker/universe.js';
import { finiteWorld } from '../encodings/finite-world.js';
import type { Design } from '../model/design.js';
import { dialectOf } from '../model/design.js';
import type { At, Field, MapDef, Program, StructType, Unit } from '../model/program.js';
import type { RunSpec, SystemSpec } from '../model/system.js';

const at: At = { file: 'sample', line: 0, column: 0 };
const field = (kind: Field['kind'], name: string, offset: number, more: Partial<Field> = {}): Field => ({
  kind,
  name,
  offset,
  at,
  ...more,
});

/** Types, maps and runs; offsets are shared between types to keep them few. */
export const createPlainWorld = (design: Design): { universe: Universe; initial: PlainState } => {
  const inLocks = dialectOf(design) === 'locks-section';
  const struct = (name: string, fields: readonly Field[]): StructType => ({ name, size: 64, fields, at });
  const lock = field('bpf_spin_lock', 'l', 0);
  const head = field('bpf_list_head', 'h', 8, { contains: { type: 'node', node: 'link' }, guardedBy: 'l' });
  const root = field('bpf_rb_root', 'h', 8, { contains: { type: 'counted', node: 'link' }, guardedBy: 'l' });
  const kptr = field('kptr', 'k', 40, { pointee: 'node' });
  const def = (name: string, type: string, valueType: string, more: Partial<MapDef> = {}): MapDef => ({
    name,
    type: `BPF_MAP_TYPE_${type}`,
    maxEntries: 1,
    valueType,
    flags: [],
    isPinned: false,
    at,
    ...more,
  });
  const own = inLocks ? [] : [lock];
  const unit: Unit = {
    file: at.file,
    types: [
      struct('.data.A', [...own, root, kptr]),
      struct('val', [...own, head]),
      struct('node', [field('bpf_list_node', 'link', 8)]),
      struct('counted', [field('bpf_rb_node', 'link', 8), field('bpf_refcount', 'c', 40)]),
      ...(inLocks ? [struct('.locks', [lock])] : []),
    ],
    maps: [
      def('.data.A', 'ARRAY', '.data.A', { section: { name: '.data.A', vars: [] } }),
      ...(inLocks ? [def('.locks', 'ARRAY', '.locks', { section: { name: '.locks', vars: [] } })] : []),
      def('hash', 'HASH', 'val'),
      ...(design.innerMaps === 'refused'
        ? []
        : [
            def('inner', 'ARRAY', 'val'),
            def('outer', 'ARRAY_OF_MAPS', '', { inner: { template: 'inner', initial: ['inner'] } }),
          ]),
    ],
    programs: [],
    classes: [{ lo: 0, hi: 0 }],
  };
  const program = (name: string, sleepable: boolean): Program => ({
    name,
    section: sleepable ? 'syscall' : 'tc',
    kind: 'program',
    sleepable,
    entry: 0,
    exit: 0,
    edges: [
      { from: 0, to: 0, does: { event: 'call', pointers: [], fn: 'bpf_copy_from_user' }, at },
      { from: 0, to: 0, does: { event: 'test', scalar: 0, among: [0] }, at },
    ],
    slots: ['a', 'b'],
    scalars: ['x'],
    maps: unit.maps.map(m => m.name),
    types: ['node', 'counted'],
    at,
  });
  const run = (name: string, cpu: number, sleepable: boolean, interrupts: readonly string[]): RunSpec => ({
    kind: 'program',
    name,
    program: program(name, sleepable),
    cpu,
    context: interrupts.length > 0 ? 'irq' : 'task',
    interrupts,
    load: 1,
  });
  const spec: SystemSpec = {
    unit,
    runs: [
      run('A', 0, true, []),
      run('B', 0, false, ['A']),
      { kind: 'user', name: 'user space', events: [{ event: 'update', map: 'hash', key: 0 }], at },
    ],
    elements: new Map([['hash', [0]]]),
  };
  const objects = ['node', 'node', 'counted'].map((type, i) => ({ run: 0, key: String(i), type }));
  const world = finiteWorld(spec, design, spec.runs, objects, 3, 2);
  const allocs = world.inst.names.get('Alloc')?.length ?? 0;
  const entries = new Int32Array(allocs);
  for (const [m, , v] of world.entries) entries[m] = v;
  return { universe: world.inst, initial: new Map([['entry', entries]]) };
};
