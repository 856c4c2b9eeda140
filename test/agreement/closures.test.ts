/**
 * The interpreters of terms agree: ground terms as closures, generated code and circuits, and terms that are evaluated as they are;
 * and all of them with the plain meaning of terms.
 */
import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import type { Arg, Assign, Formula, Sort, Var } from '../../model/term.js';
import { rule } from '../../model/rule.js';
import { Bool, each, set, when } from '../../model/term.js';
import { closures } from '../../encodings/closures.js';
import { emitter, generated } from '../../encodings/codegen.js';
import type { Taken } from '../../encodings/direct.js';
import { direct } from '../../encodings/direct.js';
import { compile } from '../../encodings/explore.js';
import type { G } from '../../encodings/ground.js';
import { grounder } from '../../encodings/ground.js';
import { initialState } from '../../encodings/instance.js';
import type { Machine } from '../../encodings/machine.js';
import { machineOf } from '../../encodings/machine.js';
import { pack, packingOf, unpack } from '../../encodings/packing.js';
import { createCircuit, evaluate } from '../../encodings/solver/circuit.js';
import type { Value } from '../../encodings/symbolic.js';
import { constant, evaluator } from '../../encodings/symbolic.js';
import type { VerifierEdge } from '../../encodings/verifier.js';
import { verifierOfProgram } from '../../encodings/verifier.js';
import { randomSystem } from './programs.js';
import { rulesFor } from './property.js';
import { E, I, J, NOTHING, at, cells, draft, meaning, setup, sizeOf, sorts, termOf } from './terms.js';
import { seed } from '../thorough.js';

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

// ---- Rules that are evaluated as they are against ground ones, in the verifier -----------------------------------------------

/** What the ground rules of a step make of a state: the first that is possible. */
const takenByClosures = (e: VerifierEdge, of: (g: G) => (s: Int32Array) => number, s: Int32Array): Taken => {
  const r = e.rules.find(x => of(x.where)(s) === 1);
  if (r === undefined) return { kind: 'impossible' };
  const guard = r.guards.findIndex(x => of(x)(s) !== 1);
  if (guard >= 0) return { kind: 'fails', guard, env: r.env };
  const full = r.capacity.findIndex(x => of(x)(s) !== 1);
  if (full >= 0) return { kind: 'full', of: e.rule.capacity[full].of };
  const next = Int32Array.from(s);
  for (const [v, g] of r.next) next[v] = of(g)(s);
  return { kind: 'on', next };
};

describe('a step of the verifier is the same, ground or not', () => {
  it('on random states of random systems', () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(randomSystem(1), fc.infiniteStream(fc.nat()), ({ design, spec }, numbers) => {
        const [run] = spec.runs.flatMap(r => (r.kind === 'program' ? [r] : []));
        if (run === undefined) return;
        const v = verifierOfProgram(spec, design, rulesFor(design), run);
        const of = closures();
        const draw = (below: number): number => Number(numbers.next().value) % below;
        const from = initialState(v.layout);
        for (const e of v.edges.flat())
          for (const odds of [Infinity, 8, 2]) {
            const state = Int32Array.from(v.layout.vars, (x, i) =>
              odds !== Infinity && draw(odds) === 0 ? draw(x.size) : from[i],
            );
            const taken = e.take(state);
            met.add(taken.kind);
            expect(taken).toEqual(takenByClosures(e, of, state));
          }
      }),
      { numRuns: 60, seed },
    );
    expect([...met].sort()).toEqual(['fails', 'full', 'impossible', 'on']);
  });
});

// ---- Grounding against the plain meaning of terms -------------------------------------------------------------------------

describe('a ground term means what the term means', () => {
  it('to closures, generated code and circuits', () => {
    fc.assert(
      fc.property(setup, draft, fc.constantFrom(...sorts), ({ layout, values, model }, d, sort) => {
        const term = termOf(d, sort, []);
        const wanted = meaning(term, model, new Map());
        const g = grounder(layout).term(term, new Map());
        expect(closures()(g)(values)).toBe(wanted);
        expect(direct(layout).value(term, new Map(), values)).toBe(wanted);

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
        const texts = (next: Int32Array): string[] =>
          layout.vars.map((v, i) => `${at(v.cell.cell, v.at)}=${String(next[i])}`);
        const meant = layout.vars.map(v => `${at(v.cell.cell, v.at)}=${String(wanted.get(at(v.cell.cell, v.at)))}`);
        const of = closures();
        const next = Int32Array.from(values);
        for (const [v, g] of grounder(layout).assigns(effects, new Map(), '')) next[v] = of(g)(values);
        expect(texts(next)).toEqual(meant);
        const taken = direct(layout).take(rule('all', '', { effects }), new Map(), values, () => undefined);
        expect(taken.kind === 'on' ? texts(taken.next) : taken).toEqual(meant);
      }),
      { numRuns: 1000, seed },
    );
  });
});
