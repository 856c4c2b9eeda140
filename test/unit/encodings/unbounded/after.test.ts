/** What a formula means one step later: said about the state before, it is what the closures find in the state after. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assign, Sort } from '../../../../model/term.js';
import { cell, each, eq, indexSort, set, variable } from '../../../../model/term.js';
import { closures } from '../../../../encodings/closures.js';
import { domainTest } from '../../../../encodings/direct.js';
import { grounder } from '../../../../encodings/ground.js';
import { layoutOf, worldBuilder } from '../../../../encodings/instance.js';
import { after } from '../../../../encodings/unbounded/after.js';
import { simplify } from '../../../../encodings/unbounded/simplify.js';
import { isPreservedByFootprint } from '../../../../proofs/obligations.js';
import { design, partsOfDesign, read, vocabulary } from './parts.js';
import { seed } from '../../../thorough.js';

/** Steps and conjuncts of a design, over a world with few elements, whose facts and state are random. */
const setup = (id: string) => {
  const { steps, conjuncts } = partsOfDesign(design(id));
  const words = vocabulary();
  for (const c of conjuncts) read(c.holds, words);
  for (const s of steps) for (const a of s.effects) [a.target, a.value].forEach(t => read(t, words));
  for (const s of steps) for (const v of s.vars) words.sorts.set(v.sort.name, v.sort);
  const names = new Map(
    [...words.sorts.values()]
      .filter(s => s.kind === 'index')
      .map(s => {
        const more = s.values.length === 0 ? ['x', 'y'] : s.values.length < 3 ? ['x'] : [];
        return [s.name, [...s.values, ...more]] as const;
      }),
  );
  const sizeOf = (s: Sort): number => (s.kind === 'enum' ? s.values : (names.get(s.name) ?? [])).length;
  return { steps, conjuncts, words, names, sizeOf };
};

describe.each(['ptr-id', 'guarded-by', 'linux-6.18'])('after the steps of %s', id => {
  const x = setup(id);
  it('every conjunct means what it meant to the state before, said of the effects', () => {
    let checked = 0;
    let changed = 0;
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat({ max: 9973 })), numbers => {
        const draw = (below: number): number => Number(numbers.next().value) % below;
        const { inst, fact } = worldBuilder(x.names);
        for (const f of x.words.functions.values()) {
          const size = f.index.reduce((n, s) => n * x.sizeOf(s), 1);
          for (let i = 0; i < size; i++) {
            const at: number[] = [];
            f.index.reduceRight((rest, s) => {
              at.unshift(rest % x.sizeOf(s));
              return Math.floor(rest / x.sizeOf(s));
            }, i);
            fact(f, at, draw(x.sizeOf(f.sort)));
          }
        }
        const layout = layoutOf(inst, [...x.words.cells.values()], domainTest(inst));
        const g = grounder(layout);
        const before = Int32Array.from(layout.vars, v => draw(v.size));
        for (let round = 0; round < 6; round++) {
          const s = x.steps[draw(x.steps.length)];
          if (s === undefined) throw new Error('no steps');
          const env = new Map(s.vars.map(v => [v.name, draw(x.sizeOf(v.sort))]));
          const of = closures();
          const next = Int32Array.from(before);
          for (const [v, t] of g.assigns(s.effects, env, [...env].join(';'))) next[v] = of(t)(before);
          const touched = x.conjuncts.filter(c => !isPreservedByFootprint(s, c));
          for (let k = 0; k < 5; k++) {
            const c = touched[draw(Math.max(1, touched.length))];
            if (c === undefined) break;
            // In a random state almost nothing holds of everything: of something it may.
            let body = c.holds;
            for (; body.op === 'forall'; body = body.body) env.set(body.over.name, draw(x.sizeOf(body.over.sort)));
            const wanted = of(g.term(body, env))(next);
            const told = after(s.effects, body);
            const where = `${c.name} after ${s.name}`;
            expect([where, of(g.term(told, env))(before)]).toEqual([where, wanted]);
            expect([where, of(g.term(simplify(told), env))(before)]).toEqual([where, wanted]);
            checked++;
            if (of(g.term(body, env))(before) !== wanted) changed++;
          }
        }
      }),
      { numRuns: 40, seed },
    );
    // It would say little if steps left everything as it was.
    expect(checked).toBeGreaterThan(500);
    expect(changed).toBeGreaterThan(10);
  });
});

describe('after an assignment', () => {
  const Thing = indexSort('Thing', 'a', 'b');
  const next = cell('next', [Thing], Thing, '');
  const p = variable('p', Thing);
  it('the last one to a place wins, and values are those before any', () => {
    const effects: Assign[] = [set(next(p), 'a'), set(next(p), next(next(p)))];
    expect(simplify(after(effects, next(p)))).toEqual(next(next(p)));
  });
  it('to all elements, each has its own value', () => {
    const effects = each(Thing, x => [set(next(x), next(next(x)))]);
    expect(simplify(after(effects, eq(next('b'), 'a')))).toEqual(simplify(eq(next(next('b')), 'a')));
  });
  it('a variable that is no index is a mistake', () => {
    const loose: Assign = { target: next('a'), vars: [p], value: p };
    expect(() => after([loose], next('a'))).toThrow(/not an index/);
  });
});
