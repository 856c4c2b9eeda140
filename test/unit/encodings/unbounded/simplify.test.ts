import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { FALSE, TRUE, and, eq, not, or } from '../../../../model/term.js';
import { simplify } from '../../../../encodings/unbounded/simplify.js';
import { E, draft, meaning, setup, sorts, termOf } from '../../../agreement/terms.js';
import { seed } from '../../../thorough.js';

it('keeps the value of every term, and has nothing to do twice', () => {
  let shorter = 0;
  fc.assert(
    fc.property(setup, draft, fc.constantFrom(...sorts), ({ model }, d, sort) => {
      const term = termOf(d, sort, []);
      const simple = simplify(term);
      expect(meaning(simple, model, new Map())).toBe(meaning(term, model, new Map()));
      expect(simple.sort).toBe(term.sort);
      if (JSON.stringify(simple).length < JSON.stringify(term).length) shorter++;
    }),
    { numRuns: 2000, seed },
  );
  expect(shorter).toBeGreaterThan(100);
});

it('finds what is constant', () => {
  const x = eq({ op: 'var', sort: E, name: 'e' }, 'x');
  expect(simplify(and(x, not(x)))).toEqual(FALSE);
  expect(simplify(or(x, not(x)))).toEqual(TRUE);
  expect(simplify(and(x, TRUE, x))).toEqual(x);
});
