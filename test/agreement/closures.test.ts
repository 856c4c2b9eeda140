/** The interpreters of ground terms agree: closures, generated code, circuits; and grounding agrees with the plain meaning of terms. */
import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import type { Arg, Assign, Cell, Formula, Sort, Term, Var, WorldFn } from '../../model/term.js';
import {
  Bool,
  and,
  called,
  cell,
  each,
  enumSort,
  eq,
  exists,
  forall,
  indexSort,
  ite,
  lit,
  not,
  or,
  set,
  when,
  worldFn,
} from '../../model/term.js';
import { closures } from '../../encodings/closures.js';
import { emitter, generated } from '../../encodings/codegen.js';
import { compile } from '../../encodings/explore.js';
import type { G } from '../../encodings/ground.js';
import { domainTest, grounder } from '../../encodings/ground.js';
import { layoutOf, worldBuilder } from '../../encodings/instance.js';
import type { Machine } from '../../encodings/machine.js';
import { machineOf } from '../../encodings/machine.js';
import { pack, packingOf, unpack } from '../../encodings/packing.js';
import { createCircuit, evaluate } from '../../encodings/solver/circuit.js';
import type { Value } from '../../encodings/symbolic.js';
import { constant, evaluator } from '../../encodings/symbolic.js';
import { randomSystem } from './programs.js';
import { rulesFor } from './property.js';

const seed = Number(process.env['HOLDFAST_SEED'] ?? 20220909);

// ---- Generated code against closures, on the rules of the model -----------------------------------------------------------

/** What a state leads to, one line each: edge, and the next state, the bad thing, or the bound that is reached. */
const successorsByClosures = (m: Machine, of: (g: G) => (s: Int32Array) => number, s: Int32Array): string[] => {
  const n = m.layout.vars.length;
  const out: string[] = [];
  let index = 0;
  m.edges.forEach((byNode, run) => {
    byNode.forEach((es, node) => {
      for (const e of es) {
        const ix = index++;
        if (s[n + run] !== node || of(e.rule.where)(s) !== 1) continue;
        e.rule.capacity.forEach((c, k) => {
          if (of(c)(s) !== 1) out.push(`${String(ix)} full ${String(k)}`);
        });
        const bad = e.rule.bads.findIndex(b => of(b)(s) === 1);
        if (bad >= 0) {
          out.push(`${String(ix)} bad ${String(bad)}`);
          continue;
        }
        const next = Int32Array.from(s);
        for (const [v, g] of e.rule.next) next[v] = of(g)(s);
        next[n + run] = e.to;
        out.push(`${String(ix)} ${next.join()}`);
      }
    });
  });
  return out.sort();
};

describe('generated code and closures have the same successors', () => {
  it('on random states of random systems', () => {
    fc.assert(
      fc.property(randomSystem(1), fc.infiniteStream(fc.nat()), ({ design, spec }, numbers) => {
        const m = machineOf(spec, design, rulesFor(design));
        const c = compile(m, { reduce: false, forget: false });
        const of = closures();
        const sizes = [...m.layout.vars.map(v => v.size), ...m.graphs.map(g => g.nodes)];
        const packed = new Int32Array(c.packing.words);
        const to = new Int32Array(c.packing.words);
        let state: Int32Array = Int32Array.from([...m.init, ...m.graphs.map(g => g.entry)]);
        const draw = (below: number): number => Number(numbers.next().value) % below;
        for (let step = 0; step < 25; step++) {
          pack(c.packing, state, packed, 0);
          expect(unpack(c.packing, packed, 0)).toEqual(state);
          const found: string[] = [];
          const nexts: Int32Array[] = [];
          c.expand(
            packed,
            0,
            to,
            edge => {
              const next = unpack(c.packing, to, 0);
              found.push(`${String(edge)} ${next.join()}`);
              nexts.push(next);
            },
            (edge, which) => found.push(`${String(edge)} bad ${String(which)}`),
            (edge, which) => found.push(`${String(edge)} full ${String(which)}`),
          );
          expect(found.sort()).toEqual(successorsByClosures(m, of, state));
          // Walk on, and now and then look at a state that no run may ever meet.
          const next = nexts[draw(Math.max(1, nexts.length))];
          state =
            next === undefined || step % 5 === 4
              ? Int32Array.from(sizes, (size, i) => (draw(4) === 0 ? draw(size) : state[i]))
              : next;
        }
      }),
      { numRuns: 40, seed },
    );
  });
});

// ---- Grounding against the plain meaning of terms -------------------------------------------------------------------------

const I = indexSort('I', 'a');
const J = indexSort('J');
const E = enumSort('E', 'x', 'y', 'z');
const sorts: readonly Sort[] = [Bool, E, I, J];
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
const cells: readonly Cell[] = [flag, mood, points, linked, sparse];

const SIZES = new Map([
  ['I', ['a', 'b', 'c', 'd']],
  ['J', ['p', 'q', 'r']],
]);
const sizeOf = (s: Sort): number => (s.kind === 'enum' ? s.values : (SIZES.get(s.name) ?? [])).length;
/** All places of an index, in row-major order. */
const places = (index: readonly Sort[]): number[][] =>
  index.reduce<number[][]>((all, s) => all.flatMap(p => Array.from({ length: sizeOf(s) }, (_, v) => [...p, v])), [[]]);

/** A draft of a term: variables by how far out they were bound, so that every draft has a meaning. */
type Draft =
  | { readonly op: 'leaf'; readonly pick: number }
  | { readonly op: 'use'; readonly pick: number; readonly args: readonly Draft[] }
  | { readonly op: 'if'; readonly args: readonly Draft[] };
const draft: fc.Arbitrary<Draft> = fc.letrec<{ draft: Draft }>(tie => ({
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
const NOTHING: Draft = { op: 'leaf', pick: 0 };
/** The term of a sort that a draft describes, over the variables in scope. */
const termOf = (d: Draft, sort: Sort, scope: readonly Var[]): Term => {
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
interface Model {
  readonly world: ReadonlyMap<string, number>;
  readonly state: ReadonlyMap<string, number>;
}
const at = (name: string, index: readonly number[]): string => `${name}(${index.join()})`;
const initOf = (c: Cell): number =>
  Math.max(0, (c.sort.kind === 'enum' ? c.sort.values : (SIZES.get(c.sort.name) ?? [])).indexOf(c.init));
const meaning = (t: Term, m: Model, env: ReadonlyMap<string, number>): number => {
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

const setup = fc.infiniteStream(fc.nat({ max: 997 })).map(numbers => {
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

describe('a ground term means what the term means', () => {
  it('to closures, generated code and circuits', () => {
    fc.assert(
      fc.property(setup, draft, fc.constantFrom(...sorts), ({ layout, values, model }, d, sort) => {
        const term = termOf(d, sort, []);
        const wanted = meaning(term, model, new Map());
        const g = grounder(layout).term(term, new Map());
        expect(closures()(g)(values)).toBe(wanted);

        const packing = packingOf(layout.vars.map(v => v.size));
        const words = new Int32Array(packing.words);
        pack(packing, values, words, 0);
        const tables: Int32Array[] = [];
        const em = emitter(packing, tables);
        const result = em.num(g);
        const names = [...words].map((_, i) => `w${String(i)}`).join();
        const text = `${tables.map((_, i) => `const T${String(i)}=T[${String(i)}];`).join('')}const [${names}]=W;${em.take()}return +(${result});`;
        const compiled = generated(['W', 'T'], text) as (w: Int32Array, t: Int32Array[]) => number;
        expect(compiled(words, tables)).toBe(wanted);

        const c = createCircuit();
        // Every other variable is a constant, the others are inputs: both kinds of values, as in an unrolling.
        const inputs: { lit: number; isTrue: boolean }[] = [];
        const state = layout.vars.map((v, i): Value => {
          if (i % 2 === 0) return constant(values[i]);
          const lits = Array.from({ length: v.size }, () => c.fresh());
          lits.forEach((l, x) => inputs.push({ lit: l, isTrue: values[i] === x }));
          return { of: lits.map((_, x) => x), lits };
        });
        const value = evaluator(c, state).num(g);
        const assignment = new Uint8Array(c.view().size + 1);
        for (const x of inputs) assignment[x.lit] = Number(x.isTrue);
        const isTrue = evaluate(c, assignment);
        expect(value.of.filter((_, k) => isTrue(value.lits[k]))).toEqual([wanted]);
      }),
      { numRuns: 1500, seed },
    );
  });

  it('in assignments: all values are read before any is written, and the last one to a place wins', () => {
    const assignment = fc.record({
      cell: fc.constantFrom(...cells),
      index: fc.array(draft, { minLength: 3, maxLength: 3 }),
      value: draft,
      over: fc.array(fc.constantFrom<Sort>(E, I, J), { maxLength: 3 }),
      only: fc.option(draft),
    });
    fc.assert(
      fc.property(setup, fc.array(assignment, { minLength: 1, maxLength: 4 }), ({ layout, values, model }, drafts) => {
        const effects: Assign[] = drafts.flatMap(d => {
          const make = (scope: readonly Var[]): Assign[] => {
            // A bound variable is an index where it can be: that is what `each` is for.
            const index: Arg[] = d.cell.index.map(
              (s, k) => scope.findLast(v => v.sort === s) ?? termOf(d.index[k] ?? NOTHING, s, scope),
            );
            const one = set(d.cell(...index), termOf(d.value, d.cell.sort, scope));
            return d.only === null ? [one] : when(termOf(d.only, Bool, scope) as Formula, one);
          };
          const over = (todo: readonly Sort[], scope: readonly Var[]): Assign[] => {
            const [first, ...rest] = todo;
            return first === undefined ? make(scope) : each(first, x => over(rest, [...scope, x]));
          };
          return over(d.over, []);
        });
        const wanted = new Map(model.state);
        for (const a of effects) {
          const visit = (vars: readonly Var[], env: ReadonlyMap<string, number>): void => {
            const [v, ...rest] = vars;
            if (v !== undefined) {
              for (let x = 0; x < sizeOf(v.sort); x++) visit(rest, new Map(env).set(v.name, x));
              return;
            }
            const place = at(
              a.target.cell.cell,
              a.target.at.map(t => meaning(t, model, env)),
            );
            if (wanted.has(place)) wanted.set(place, meaning(a.value, model, env));
          };
          visit(a.vars, new Map());
        }
        const of = closures();
        const next = Int32Array.from(values);
        for (const [v, g] of grounder(layout).assigns(effects, new Map(), '')) next[v] = of(g)(values);
        expect(layout.vars.map((v, i) => `${at(v.cell.cell, v.at)}=${String(next[i])}`)).toEqual(
          layout.vars.map(v => `${at(v.cell.cell, v.at)}=${String(wanted.get(at(v.cell.cell, v.at)))}`),
        );
      }),
      { numRuns: 1000, seed },
    );
  });
});
