/** The finite things that a check is about, as plain data: elements, facts of the world, states. */
import type { Cell, Sort } from '../model/term.js';
import { ModelBug } from '../model/term.js';

export interface Universe {
  /** Names of the elements of index sorts; a sort that is not here has the elements that the model names, or one. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** Facts of the world by function, row-major; one that is not here is its first value everywhere. */
  readonly tables: ReadonlyMap<string, ArrayLike<number>>;
}

/** Cells by name, row-major. One that is not here has its first value everywhere. */
export type PlainState = ReadonlyMap<string, ArrayLike<number>>;

const namesOf = (u: Universe, s: Sort): readonly string[] =>
  s.kind === 'enum' ? s.values : (u.names.get(s.name) ?? s.values);
export const sizeIn = (u: Universe, s: Sort): number => Math.max(1, namesOf(u, s).length);
export const nameIn = (u: Universe, s: Sort, v: number): string => namesOf(u, s)[v] ?? `${s.name}#${String(v)}`;
export const valueIn = (u: Universe, s: Sort, name: string): number => {
  const i = namesOf(u, s).indexOf(name);
  if (i < 0) throw new ModelBug(`the checker knows no ${s.name} called '${name}'`);
  return i;
};
export const placesIn = (u: Universe, index: readonly Sort[]): number => index.reduce((n, s) => n * sizeIn(u, s), 1);

/** The elements that a place of a table stands for. */
export const elementsAt = (u: Universe, index: readonly Sort[], place: number): number[] => {
  const at: number[] = [];
  let rest = place;
  for (const s of [...index].reverse()) {
    at.unshift(rest % sizeIn(u, s));
    rest = Math.floor(rest / sizeIn(u, s));
  }
  return at;
};
export const firstValue = (u: Universe, c: Cell): number => (c.init === '' ? 0 : valueIn(u, c.sort, c.init));

/** What of a state is not as it is at first, a line a place. */
export const stateText = (u: Universe, cells: readonly Cell[], tables: readonly Int32Array[]): string[] =>
  cells.flatMap((c, i) =>
    [...(tables[i] ?? [])].flatMap((v, place) => {
      if (v === firstValue(u, c)) return [];
      const at = elementsAt(u, c.index, place).map((x, d) => nameIn(u, c.index[d], x));
      return [`${c.cell}(${at.join(', ')}) = ${nameIn(u, c.sort, v)}`];
    }),
  );
