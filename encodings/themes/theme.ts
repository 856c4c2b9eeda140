/** What the programs of an all-programs system are made of: its maps and types, its events, and what user space does meanwhile. */
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
  readonly program: { readonly section: string; readonly context: ProgramRun['context'] };
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
