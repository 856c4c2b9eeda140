import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FALSE, TRUE, createCircuit, evaluate } from '../../../../encodings/solver/circuit.js';
import type { Circuit, Lit } from '../../../../encodings/solver/circuit.js';
import { CHECK, arbRecipe, assignments, build, meaning } from './recipes.js';

describe('circuit', () => {
  it('means what its recipe means, on every assignment of its inputs', () => {
    fc.assert(
      fc.property(arbRecipe, recipe => {
        const circuit = createCircuit();
        const { inputs, output } = build(circuit, recipe);
        for (const values of assignments(inputs.length)) {
          expect(read(circuit, inputs, values)(output)).toBe(meaning(recipe, values));
        }
      }),
      CHECK,
    );
  });

  it('gives an equal gate the same literal, whatever the order and repetition of its operands', () => {
    const c = createCircuit();
    const [x, y, z] = [c.fresh('x'), c.fresh('y'), c.fresh('z')];
    expect(c.and(x, y)).toBe(c.and(y, x));
    expect(c.all([x, y, z])).toBe(c.all([z, x, TRUE, y, x]));
    expect(c.or(x, -y)).toBe(-c.and(-x, y));
    expect(c.xor(x, -y)).toBe(-c.xor(y, x));
    expect(c.ite(-x, y, z)).toBe(c.ite(x, z, y));
    expect(c.ite(x, -y, -z)).toBe(-c.ite(x, y, z));
    expect(c.ite(x, y, -y)).toBe(c.iff(x, y));
  });

  it('folds constants and complements away', () => {
    const c = createCircuit();
    const x = c.fresh();
    const y = c.fresh();
    const before = c.view().size;
    expect([c.and(x, TRUE), c.and(x, FALSE), c.and(x, x), c.and(x, -x)]).toEqual([x, FALSE, x, FALSE]);
    expect([c.or(x, TRUE), c.or(x, FALSE), c.or(x, -x)]).toEqual([TRUE, x, TRUE]);
    expect([c.xor(x, TRUE), c.xor(x, FALSE), c.xor(x, x), c.xor(x, -x)]).toEqual([-x, x, FALSE, TRUE]);
    expect([c.ite(TRUE, x, y), c.ite(FALSE, x, y), c.ite(x, y, y), c.ite(x, TRUE, FALSE)]).toEqual([x, y, y, x]);
    expect([c.all([]), c.any([]), c.atMostOne([]), c.exactlyOne([]), c.exactlyOne([x])]).toEqual([
      TRUE,
      FALSE,
      TRUE,
      FALSE,
      x,
    ]);
    expect(c.view().size).toBe(before);
  });

  it('counts positions in atMostOne and exactlyOne, also of constants and repeated literals, at every size', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: 2, max: 8 }), fc.integer({ min: -8, max: -2 }), fc.constantFrom(1, -1)), {
          maxLength: 24,
        }),
        fc.integer({ min: 0, max: 127 }),
        (lits, bits) => {
          const c = createCircuit();
          const inputs = Array.from({ length: 7 }, () => c.fresh());
          const one = c.exactlyOne(lits);
          const few = c.atMostOne(lits);
          const value = read(c, inputs, bits);
          const count = lits.filter(value).length;
          expect([value(few), value(one)]).toEqual([count <= 1, count === 1]);
        },
      ),
      CHECK,
    );
  });

  it('keeps atMostOne linear: 1,000 literals need under 3,000 gates', () => {
    const c = createCircuit();
    const lits = Array.from({ length: 1000 }, () => c.fresh());
    const before = c.view().size;
    const few = c.atMostOne(lits);
    expect(c.view().size - before).toBeLessThan(3000);
    const ones = (...which: number[]): Uint8Array => {
      const inputs = new Uint8Array(c.view().size + 1);
      for (const i of which) inputs[lits[i] ?? 0] = 1;
      return inputs;
    };
    expect(evaluate(c, ones())(few)).toBe(true);
    for (const [a, b] of [
      [0, 999],
      [17, 18],
      [5, 37],
      [31, 63],
    ] as const) {
      expect(evaluate(c, ones(a))(few)).toBe(true);
      expect(evaluate(c, ones(a, b))(few)).toBe(false);
    }
  });

  it('survives growth: a chain of 50,000 gates still hashes and evaluates', () => {
    const c = createCircuit();
    const inputs = Array.from({ length: 50_000 }, () => c.fresh());
    const chain = (): Lit => inputs.reduce((acc, lit) => c.and(acc, -c.xor(acc, lit)), TRUE);
    const output = chain();
    const size = c.view().size;
    expect(chain()).toBe(output);
    expect(c.view().size).toBe(size);
    expect(evaluate(c, new Uint8Array(size + 1).fill(1))(output)).toBe(true);
    expect(evaluate(c, new Uint8Array(size + 1).fill(1, 0, size / 2).fill(0, 40_000))(output)).toBe(false);
  });

  it('keeps labels of inputs, and refuses literals it never made', () => {
    const c = createCircuit();
    const x = c.fresh('cpu0 holds lock1');
    expect([c.nameOf(-x), c.nameOf(c.fresh())]).toEqual(['cpu0 holds lock1', undefined]);
    for (const bad of [0, 99, -99, 1.5, Number.NaN]) {
      expect(() => c.and(x, bad)).toThrow(RangeError);
      expect(() => c.all([x, bad])).toThrow(RangeError);
      expect(() => c.xor(bad, x)).toThrow(RangeError);
      expect(() => c.ite(x, x, bad)).toThrow(RangeError);
      expect(() => evaluate(c, [])(bad)).toThrow(RangeError);
    }
  });
});

function read(circuit: Circuit, inputs: readonly Lit[], bits: number): (lit: Lit) => boolean {
  const values = new Uint8Array(circuit.view().size + 1);
  for (const [i, input] of inputs.entries()) values[input] = (bits >> i) & 1;
  return evaluate(circuit, values);
}
