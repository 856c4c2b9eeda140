/** Random circuits with a meaning of their own, computed without the circuit, for the tests of this folder. */

import * as fc from 'fast-check';
import { FALSE, TRUE } from '../../../../encodings/solver/circuit.js';
import type { Circuit, Lit } from '../../../../encodings/solver/circuit.js';

/** A fixed seed: what fails once fails always. */
export const CHECK = { seed: 20260725, numRuns: 300 };

/** One gate over earlier values: inputs first, then the results of earlier steps; a negative number negates. */
interface Step {
  readonly op: 'and' | 'or' | 'xor' | 'iff' | 'implies' | 'ite' | 'all' | 'any' | 'atMostOne' | 'exactlyOne' | 'const';
  readonly operands: readonly number[];
}
export interface Recipe {
  readonly inputs: number;
  readonly steps: readonly Step[];
}

const OPS: readonly Step['op'][] = [
  ...(['and', 'or', 'xor', 'iff', 'implies', 'ite'] as const),
  ...(['all', 'any', 'atMostOne', 'exactlyOne', 'const'] as const),
];

export const arbRecipe: fc.Arbitrary<Recipe> = fc.record({
  inputs: fc.integer({ min: 1, max: 5 }),
  steps: fc.array(
    fc.record({
      op: fc.constantFrom(...OPS),
      operands: fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 3, maxLength: 9 }),
    }),
    { minLength: 1, maxLength: 14 },
  ),
});

/** Builds the recipe; the output is its last step. */
export function build(circuit: Circuit, recipe: Recipe): { inputs: Lit[]; output: Lit } {
  const inputs = Array.from({ length: recipe.inputs }, (_, i) => circuit.fresh(`in${i}`));
  const output = run<Lit>(
    recipe,
    inputs,
    lit => -lit,
    (op, lits) => {
      const [a = TRUE, b = TRUE, c = TRUE] = lits;
      switch (op) {
        case 'const':
          return lits.length % 2 === 0 ? TRUE : FALSE;
        case 'ite':
          return circuit.ite(a, b, c);
        case 'all':
        case 'any':
        case 'atMostOne':
        case 'exactlyOne':
          return circuit[op](lits);
        default:
          return circuit[op](a, b);
      }
    },
  );
  return { inputs, output };
}

/** The value of the recipe when bit `i` of `bits` is input `i`. */
export function meaning(recipe: Recipe, bits: number): boolean {
  const inputs = Array.from({ length: recipe.inputs }, (_, i) => ((bits >> i) & 1) === 1);
  return run<boolean>(
    recipe,
    inputs,
    value => !value,
    (op, values) => {
      const [a = true, b = true, c = true] = values;
      const count = values.filter(value => value).length;
      switch (op) {
        case 'and':
          return a && b;
        case 'or':
          return a || b;
        case 'xor':
          return a !== b;
        case 'iff':
          return a === b;
        case 'implies':
          return !a || b;
        case 'ite':
          return a ? b : c;
        case 'all':
          return count === values.length;
        case 'any':
          return count > 0;
        case 'atMostOne':
          return count <= 1;
        case 'exactlyOne':
          return count === 1;
        default:
          return values.length % 2 === 0;
      }
    },
  );
}

/** All assignments of `inputs` booleans, as bits. */
export function assignments(inputs: number): number[] {
  return Array.from({ length: 2 ** inputs }, (_, bits) => bits);
}

function run<V>(recipe: Recipe, inputs: readonly V[], not: (v: V) => V, apply: (op: Step['op'], vs: V[]) => V): V {
  const values = [...inputs];
  for (const { op, operands } of recipe.steps) {
    const picked = operands.flatMap(operand => {
      const value = values[Math.abs(operand) % values.length];
      if (value === undefined) return [];
      return [operand < 0 ? not(value) : value];
    });
    values.push(apply(op, picked));
  }
  const last = values.at(-1);
  if (last === undefined) throw new Error('a recipe has at least one input');
  return last;
}
