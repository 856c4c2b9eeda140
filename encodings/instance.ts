/** A finite instance of the model: how many elements each index sort has, what they are called, and the facts of the world. */
import type { Cell, Sort, WorldFn } from '../model/term.js';
import { ModelBug } from '../model/term.js';

export interface Instance {
  /** Names of the elements of every index sort, distinguished ones first. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** Values of the world functions, row-major; a function that is not here is constantly its first value. */
  readonly tables: ReadonlyMap<string, Int32Array>;
}

export const sizeOf = (inst: Instance, sort: Sort): number => {
  if (sort.kind === 'enum') return sort.values.length;
  const names = inst.names.get(sort.name);
  return names === undefined ? Math.max(1, sort.values.length) : names.length;
};

export const valueName = (inst: Instance, sort: Sort, v: number): string =>
  (sort.kind === 'enum' ? sort.values[v] : inst.names.get(sort.name)?.[v]) ?? `${sort.name}#${String(v)}`;

/** Index of a named element. Throws when there is none: the caller made a mistake. */
export const elementOf = (inst: Instance, sort: Sort, name: string): number => {
  const i = (sort.kind === 'enum' ? sort.values : (inst.names.get(sort.name) ?? sort.values)).indexOf(name);
  if (i < 0) throw new ModelBug(`${sort.name} has no element '${name}'`);
  return i;
};

const strides = (inst: Instance, index: readonly Sort[]): number[] => {
  const dims = index.map(s => sizeOf(inst, s));
  return dims.map((_, i) => dims.slice(i + 1).reduce((a, b) => a * b, 1));
};
export const total = (inst: Instance, index: readonly Sort[]): number => index.reduce((n, s) => n * sizeOf(inst, s), 1);

/** Builds the facts of an instance; what is not said is the first value of the sort. */
export const worldBuilder = (names: ReadonlyMap<string, readonly string[]>) => {
  const tables = new Map<string, Int32Array>();
  const inst: Instance = { names, tables };
  const known = new Map<string, { readonly table: Int32Array; readonly steps: readonly number[] }>();
  const tableOf = (fn: WorldFn) => {
    let t = known.get(fn.fn);
    if (t === undefined) {
      t = { table: new Int32Array(total(inst, fn.index)), steps: strides(inst, fn.index) };
      known.set(fn.fn, t);
      tables.set(fn.fn, t.table);
    }
    return t;
  };
  return {
    inst,
    fact: (fn: WorldFn, at: readonly number[], value: number | string | boolean): void => {
      const { table, steps } = tableOf(fn);
      let i = 0;
      for (let d = 0; d < steps.length; d++) i += steps[d] * (at[d] ?? 0);
      table[i] =
        typeof value === 'number'
          ? value
          : typeof value === 'boolean'
            ? Number(value)
            : elementOf(inst, fn.sort, value);
    },
  };
};

/** Where each cell of a system lives: a state is a vector of small numbers, one for each place a cell exists at. */
export interface Layout {
  readonly inst: Instance;
  readonly cells: ReadonlyMap<string, CellPlace>;
  readonly vars: readonly {
    readonly cell: Cell;
    readonly at: readonly number[];
    readonly size: number;
    readonly init: number;
  }[];
}
export interface CellPlace {
  readonly cell: Cell;
  readonly dims: readonly number[];
  /** Row-major: the variable at this place, or -1 - (the constant it reads as). */
  readonly table: Int32Array;
}

/** Lays out cells; `exists` says where a cell with a domain lives (evaluates its domain term over the world). */
export const layoutOf = (
  inst: Instance,
  cells: readonly Cell[],
  exists: (cell: Cell, at: readonly number[]) => boolean,
): Layout => {
  const vars: { cell: Cell; at: number[]; size: number; init: number }[] = [];
  const places = new Map<string, CellPlace>();
  for (const cell of cells) {
    const dims = cell.index.map(s => sizeOf(inst, s));
    const n = dims.reduce((a, b) => a * b, 1);
    const table = new Int32Array(n);
    const init =
      cell.sort.kind === 'enum'
        ? Math.max(0, cell.sort.values.indexOf(cell.init))
        : cell.init === ''
          ? 0
          : elementOf(inst, cell.sort, cell.init);
    const at = dims.map(() => 0);
    for (let i = 0; i < n; i++) {
      let rest = i;
      for (let d = dims.length - 1; d >= 0; d--) {
        at[d] = rest % (dims[d] ?? 1);
        rest = Math.floor(rest / (dims[d] ?? 1));
      }
      if (exists(cell, at)) {
        table[i] = vars.length;
        vars.push({ cell, at: [...at], size: sizeOf(inst, cell.sort), init });
      } else table[i] = -1 - init;
    }
    places.set(cell.cell, { cell, dims, table });
  }
  return { inst, cells: places, vars };
};

export const initialState = (layout: Layout): Int32Array => Int32Array.from(layout.vars, v => v.init);
export const varName = (layout: Layout, i: number): string => {
  const v = layout.vars[i];
  if (v === undefined) return `#${String(i)}`;
  return `${v.cell.cell}(${v.at.map((x, d) => valueName(layout.inst, v.cell.index[d], x)).join(', ')})`;
};
