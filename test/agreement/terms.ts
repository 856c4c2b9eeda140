/** Random terms over a small world of their own, and what they plainly mean: no sharing, no folding, a state by name. */
import * as fc from 'fast-check';
import type { Cell, Formula, Sort, Term, Var, WorldFn } from '../../model/term.js';
import {
  Bool,
  and,
  called,
  cell,
  enumSort,
  eq,
  exists,
  forall,
  indexSort,
  ite,
  lit,
  not,
  or,
  worldFn,
} from '../../model/term.js';
import { domainTest } from '../../encodings/direct.js';
import { layoutOf, worldBuilder } from '../../encodings/instance.js';

export const I = indexSort('I', 'a');
export const J = indexSort('J');
export const E = enumSort('E', 'x', 'y', 'z');
export const sorts: readonly Sort[] = [Bool, E, I, J];
const isEven = worldFn('is-even', [I], Bool, '');
const friend = worldFn('friend', [I, E], I, '');
const colour = worldFn('colour', [J], E, '');
const worldFns: readonly WorldFn[] = [isEven, friend, colour];
const flag = cell('flag', [], Bool, '');
const mood = cell('mood', [I], E, '', { init: 'y' });
const points = cell('points', [I], I, '');
const linked = cell('linked', [I, J], Bool, '', { init: 'true', domain: i => isEven(i as Term) });
const sparse = cell('sparse', [I, J, E], I, '', {
  domain: (i, j) => and(isEven(i as Term), eq(colour(j as Term), 'x')),
});
export const cells: readonly Cell[] = [flag, mood, points, linked, sparse];

const SIZES = new Map([
  ['I', ['a', 'b', 'c', 'd']],
  ['J', ['p', 'q', 'r']],
]);
export const sizeOf = (s: Sort): number => (s.kind === 'enum' ? s.values : (SIZES.get(s.name) ?? [])).length;
/** All places of an index, in row-major order. */
export const places = (index: readonly Sort[]): number[][] =>
  index.reduce<number[][]>((all, s) => all.flatMap(p => Array.from({ length: sizeOf(s) }, (_, v) => [...p, v])), [[]]);

/** A draft of a term: variables by how far out they were bound, so that every draft has a meaning. */
export type Draft =
  | { readonly op: 'leaf'; readonly pick: number }
  | { readonly op: 'use'; readonly pick: number; readonly args: readonly Draft[] }
  | { readonly op: 'if'; readonly args: readonly Draft[] };
export const draft: fc.Arbitrary<Draft> = fc.letrec<{ draft: Draft }>(tie => ({
  draft: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('leaf' as const), pick: fc.nat({ max: 60 }) }) },
    {
      weight: 5,
      arbitrary: fc.record({
        op: fc.constant('use' as const),
        pick: fc.nat({ max: 60 }),
        args: fc.array(tie('draft'), { minLength: 3, maxLength: 3 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        op: fc.constant('if' as const),
        args: fc.array(tie('draft'), { minLength: 3, maxLength: 3 }),
      }),
    },
  ),
})).draft;

const pickOf = <T>(list: readonly T[], n: number): T => list[n % list.length];
export const NOTHING: Draft = { op: 'leaf', pick: 0 };
/** The term of a sort that a draft describes, over the variables in scope. */
export const termOf = (d: Draft, sort: Sort, scope: readonly Var[]): Term => {
  const arg = (k: number, s: Sort): Term => termOf(d.op === 'leaf' ? NOTHING : (d.args[k] ?? NOTHING), s, scope);
  const bool = (k: number): Formula => arg(k, Bool) as Formula;
  if (d.op === 'leaf') {
    const own = scope.filter(v => v.sort === sort);
    const values = sort.values.map(v => lit(sort, v) as Term);
    const all: Term[] = [...own, ...own, ...values];
    if (all.length > 0) return pickOf(all, d.pick);
    // A sort without a distinguished element, and no variable of it in scope: some value that is always there.
    return ite(eq(flag(), flag()), unnamed(sort), unnamed(sort));
  }
  if (d.op === 'if') return ite(bool(0), arg(1, sort), arg(2, sort));
  const makers: (() => Term)[] = [
    ...cells.filter(c => c.sort === sort).map(c => () => c(...c.index.map((s, k) => arg(k, s)))),
    ...worldFns.filter(f => f.sort === sort).map(f => () => f(...f.index.map((s, k) => arg(k, s)))),
  ];
  if (sort === (Bool as Sort)) {
    const other = pickOf(sorts, d.pick);
    const body = (x: Var): Formula => termOf(d.args[0] ?? NOTHING, Bool, [...scope, x]) as Formula;
    makers.push(
      () => not(bool(0)),
      () => and(bool(0), bool(1), bool(2)),
      () => or(bool(0), bool(1)),
      () => eq(arg(0, other), arg(1, other)),
      () => called('so', bool(0)),
      () => forall(pickOf(sorts, d.pick >> 2), body),
      () => exists(pickOf(sorts, d.pick >> 2), body),
    );
  }
  return makers.length === 0 ? termOf(NOTHING, sort, scope) : pickOf(makers, d.pick)();
};
/** Stands for the first element of a sort without names. */
const firstJ = worldFn('first-j', [], J, '');
const unnamed = (s: Sort): Term => (s === (J as Sort) ? firstJ() : lit(s, s.values[0] ?? ''));

/** The plain meaning: no sharing, no folding, a state by name. */
export interface Model {
  readonly world: ReadonlyMap<string, number>;
  readonly state: ReadonlyMap<string, number>;
}
export const at = (name: string, index: readonly number[]): string => `${name}(${index.join()})`;
const initOf = (c: Cell): number =>
  Math.max(0, (c.sort.kind === 'enum' ? c.sort.values : (SIZES.get(c.sort.name) ?? [])).indexOf(c.init));
export const meaning = (t: Term, m: Model, env: ReadonlyMap<string, number>): number => {
  const go = (x: Term): number => meaning(x, m, env);
  switch (t.op) {
    case 'lit':
      return t.sort.values.indexOf(t.value);
    case 'var':
      return env.get(t.name) ?? Number.NaN;
    case 'read':
      return m.state.get(at(t.cell.cell, t.at.map(go))) ?? initOf(t.cell);
    case 'world':
      return m.world.get(at(t.fn.fn, t.at.map(go))) ?? 0;
    case 'eq':
      return Number(go(t.args[0]) === go(t.args[1]));
    case 'not':
      return 1 - go(t.args[0]);
    case 'and':
      return Math.min(1, ...t.args.map(go));
    case 'or':
      return Math.max(0, ...t.args.map(go));
    case 'ite':
      return go(t.args[0]) === 1 ? go(t.args[1]) : go(t.args[2]);
    case 'forall':
    case 'exists': {
      const values = Array.from({ length: sizeOf(t.over.sort) }, (_, v) =>
        meaning(t.body, m, new Map(env).set(t.over.name, v)),
      );
      return t.op === 'forall' ? Math.min(...values) : Math.max(...values);
    }
    case 'called':
      return go(t.of);
  }
};

export const setup = fc.infiniteStream(fc.nat({ max: 997 })).map(numbers => {
  const draw = (below: number): number => Number(numbers.next().value) % below;
  const { inst, fact } = worldBuilder(SIZES);
  const world = new Map<string, number>();
  for (const f of [...worldFns, firstJ])
    for (const p of places(f.index)) {
      const v = draw(sizeOf(f.sort));
      fact(f, p, v);
      world.set(at(f.fn, p), v);
    }
  const layout = layoutOf(inst, cells, domainTest(inst));
  const values = Int32Array.from(layout.vars, v => draw(v.size));
  const state = new Map(layout.vars.map((v, i) => [at(v.cell.cell, v.at), values[i]]));
  return { layout, values, model: { world, state } satisfies Model };
});
