/** What the programs of an all-programs system are made of: its maps and types, its events, and what user space does meanwhile. */
import { baselineOf } from '../../model/baseline.js';
import type { Design } from '../../model/design.js';
import type { At, Field, MapDef, ProgramEvent, StructType, Unit } from '../../model/program.js';
import type { ProgramRun, UserEvent } from '../../model/system.js';

export interface Sizes {
  readonly runs: number;
  readonly slots: number;
  readonly ids: number;
  readonly nodes: number;
}

export interface Theme {
  readonly id: string;
  /** What is in it, for people. */
  readonly says: string;
  /** Its maps and types; null where the design has no such thing. */
  readonly unit: (design: Design) => Unit | null;
  /** Every event over the slots and maps of the system, with every choice of operands that could mean something. */
  readonly alphabet: (unit: Unit, design: Design, slots: number) => readonly ProgramEvent[];
  readonly user: (unit: Unit) => readonly UserEvent[];
  /** What every program is, besides its events. */
  readonly program: { readonly section: string; readonly context: ProgramRun['context']; readonly sleepable: boolean };
  /** Cells that need no storage here, because no event of the theme changes them. */
  readonly constant: ReadonlySet<string>;
  readonly sizes: Sizes;
}

export const at: At = { file: 'all-programs', line: 0, column: 0 };

export const field = (kind: Field['kind'], name: string, offset: number, more: Partial<Field> = {}): Field => ({
  kind,
  name,
  offset,
  at,
  ...more,
});
export const struct = (name: string, fields: readonly Field[]): StructType => ({ name, size: 64, fields, at });
export const array = (name: string, valueType: string, more: Partial<MapDef> = {}): MapDef => ({
  name,
  type: 'BPF_MAP_TYPE_ARRAY',
  maxEntries: 1,
  valueType,
  flags: [],
  isPinned: false,
  at,
  ...more,
});
/** A data section: an array of one value, whose type has its name. */
export const section = (name: string): MapDef => array(name, name, { section: { name, vars: [] } });

/** The offsets at which some type of the unit has a field of this kind. */
export const offsetsOf = (unit: Unit, kind: Field['kind']): number[] => [
  ...new Set(unit.types.flatMap(t => t.fields.filter(f => f.kind === kind).map(f => f.offset))),
];

/** A task's program that can't sleep: what most themes are made of. */
export const TASK: Theme['program'] = { section: 'tc', context: 'task', sleepable: false };

/** Cells that keep their first value where no event of a theme is about them. Keys are free at every lookup, runs always under way. */
const STILL: ReadonlySet<string> = new Set([
  'may',
  'class',
  'phase',
  'readers',
  'stashed',
  'map-freed',
  'working',
  'no-irq',
  'no-preempt',
  'in-rcu',
  'saved-irq',
  'irq-saved',
  'irq-flags',
  'irq-by-lock',
  'rcu-locked',
  'preempt-off',
  'callback-depth',
  'in-less',
  'static-in-less',
  'ref-depth',
]);

/** All cells that need no storage, but for these. */
export const stillBut = (...cells: readonly string[]): ReadonlySet<string> =>
  new Set([...STILL].filter(c => !cells.includes(c)));

/** The events that programs on the design's kernel can have. */
export const onKernelOf = (design: Design, events: readonly ProgramEvent[]): readonly ProgramEvent[] => {
  const { missing } = baselineOf[design.baseline];
  return events.filter(e => !missing.has(e.event));
};

export const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

export const bothTests = (slot: number): ProgramEvent[] => [
  { event: 'test_null', slot, isNull: true },
  { event: 'test_null', slot, isNull: false },
];

/** Taking and leaving the locks of the unit through a slot, as the design has them; `also` are offsets where there is none. */
export const lockEvents = (unit: Unit, design: Design, slot: number, also: readonly number[] = []): ProgramEvent[] =>
  design.placement.where === 'inside-structure'
    ? [...offsetsOf(unit, 'bpf_list_head'), ...offsetsOf(unit, 'bpf_rb_root')].flatMap((add): ProgramEvent[] => [
        { event: 'bpf_structure_lock', lock: { slot, add } },
        { event: 'bpf_structure_unlock', lock: { slot, add } },
      ])
    : [...offsetsOf(unit, 'bpf_spin_lock'), ...also].flatMap((add): ProgramEvent[] => [
        { event: 'bpf_spin_lock', lock: { slot, add } },
        { event: 'bpf_spin_unlock', lock: { slot, add } },
      ]);

/** A unit without programs, in which all keys are alike. */
export const unitOf = (types: readonly StructType[], maps: readonly MapDef[]): Unit => ({
  file: at.file,
  types,
  maps,
  programs: [],
  classes: [{ lo: 0, hi: 0 }],
});

/** An event, and those that always follow it: a `bpf_rbtree_add` whose `less` is not called. */
export const chainOf = (e: ProgramEvent): readonly ProgramEvent[] =>
  e.event === 'bpf_rbtree_add' ? [e, { ...e, event: 'rbtree_added' }] : [e];
