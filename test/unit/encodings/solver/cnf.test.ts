import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SolverError } from '../../../../encodings/solver/answer.js';
import { FALSE, TRUE, createCircuit, evaluate } from '../../../../encodings/solver/circuit.js';
import type { Circuit, Lit } from '../../../../encodings/solver/circuit.js';
import { decodeModel, firstFalseClause, parseDimacs, toCnf, toDimacs } from '../../../../encodings/solver/cnf.js';
import type { Clauses, Cnf } from '../../../../encodings/solver/cnf.js';
import { toSmtlib } from '../../../../encodings/solver/smtlib.js';
import { CHECK, arbRecipe, assignments, build, meaning } from './recipes.js';

describe('toCnf', () => {
  it('is satisfiable iff the outputs are, and every model of it is one of the circuit', () => {
    fc.assert(
      fc.property(fc.array(arbRecipe, { minLength: 1, maxLength: 3 }), fc.boolean(), (recipes, negate) => {
        const circuit = createCircuit();
        const built = recipes.map(recipe => build(circuit, recipe));
        const outputs = built.map(({ output }) => (negate ? -output : output));
        const wanted = recipes.every(recipe => assignments(recipe.inputs).some(b => meaning(recipe, b) !== negate));
        const cnf = toCnf(circuit, outputs);
        const model = satisfy(cnf);
        expect(model !== undefined).toBe(wanted);
        if (model === undefined) return;
        expect(firstFalseClause(cnf, model)).toBe(0);
        const value = evaluate(circuit, decodeModel(circuit, outputs, cnf, model));
        expect(outputs.map(value)).toEqual(outputs.map(() => true));
      }),
      CHECK,
    );
  });

  it('loses no solution: each assignment of the inputs extends to a model iff it makes the output true', () => {
    fc.assert(
      fc.property(arbRecipe, recipe => {
        const circuit = createCircuit();
        const { inputs, output } = build(circuit, recipe);
        const cnf = toCnf(circuit, [output]);
        for (const bits of assignments(recipe.inputs)) {
          expect(satisfy(cnf, fixing(cnf, inputs, bits)) !== undefined).toBe(meaning(recipe, bits));
        }
      }),
      { ...CHECK, numRuns: 100 },
    );
  });

  it('is exact for every gate in every place of every gate, asserted and denied', () => {
    type Make = (c: Circuit, lits: readonly [Lit, Lit, Lit]) => Lit;
    const gates: readonly Make[] = [
      (c, lits) => c.all(lits),
      (c, lits) => c.any(lits),
      (c, [x, y]) => c.xor(x, y),
      (c, lits) => c.ite(...lits),
    ];
    for (const [outer, inner] of gates.flatMap(a => gates.map(b => [a, b] as const))) {
      for (const place of [0, 1, 2]) {
        for (const [sign, asserted] of [-1, 1].flatMap(a => [-1, 1].map(b => [a, b] as const))) {
          const c = createCircuit();
          const [x, y, z, u, v] = [c.fresh(), c.fresh(), c.fresh(), c.fresh(), c.fresh()];
          const kid = sign * inner(c, [x, y, z]);
          const output = asserted * outer(c, [place === 0 ? kid : u, place === 1 ? kid : v, place === 2 ? kid : z]);
          const cnf = toCnf(c, [output]);
          const inputs = [x, y, z, u, v];
          for (const bits of assignments(5)) {
            const values = new Uint8Array(c.view().size + 1);
            for (const [i, input] of inputs.entries()) values[input] = (bits >> i) & 1;
            expect(satisfy(cnf, fixing(cnf, inputs, bits)) !== undefined).toBe(evaluate(c, values)(output));
          }
        }
      }
    }
  });

  it('takes only the cone of the outputs, and gives single-use conjunctions no variable', () => {
    const c = createCircuit();
    const [x, y, z, far] = [c.fresh(), c.fresh(), c.fresh(), c.fresh()];
    c.xor(far, x);
    const nested = c.and(x, c.and(y, c.or(x, z)));
    const cnf = toCnf(c, [nested]);
    expect(toDimacs(cnf)).toBe('p cnf 3 3\n1 0\n2 0\n1 3 0\n');
    expect([...cnf.inputOf]).toEqual([0, x, y, z]);
  });

  it('emits one direction of a gate that is used one way, and both of one that is used both ways', () => {
    const c = createCircuit();
    const [x, y, z] = [c.fresh(), c.fresh(), c.fresh()];
    const sum = c.xor(x, y);
    expect(toCnf(c, [c.or(sum, z)]).clauses).toBe(3);
    expect(toCnf(c, [c.iff(sum, z)]).clauses).toBe(7);
  });

  it('turns constant outputs into no clause, and into the empty one', () => {
    const c = createCircuit();
    expect(toDimacs(toCnf(c, [TRUE]))).toBe('p cnf 0 0\n');
    expect(toDimacs(toCnf(c, [TRUE, FALSE]))).toBe('p cnf 0 1\n0\n');
    expect(satisfy(toCnf(c, [FALSE]))).toBeUndefined();
  });

  it('handles conjunctions of 200,000 operands', () => {
    const c = createCircuit();
    const lits = Array.from({ length: 200_000 }, () => c.fresh());
    const all = c.all(lits);
    const [p, q] = [c.fresh(), c.fresh()];
    const cnf = toCnf(c, [c.xor(c.and(all, p), q)]);
    expect(cnf.clauses).toBe(200_005);
  });
});

describe('decodeModel', () => {
  it('throws on a model that the circuit does not confirm', () => {
    const c = createCircuit();
    const outputs = [c.and(c.fresh(), c.fresh())];
    const cnf = toCnf(c, outputs);
    expect(() => decodeModel(c, outputs, cnf, Uint8Array.of(0, 1, 0))).toThrow(SolverError);
    expect(() => decodeModel(c, outputs, cnf, Uint8Array.of(0, 1, 1))).not.toThrow();
  });
});

describe('firstFalseClause', () => {
  it('names the first clause that a model breaks', () => {
    const clauses = parseDimacs('p cnf 3 3\n1 -2 0\n2 3 0\n-1 -3 0\n');
    expect(firstFalseClause(clauses, Uint8Array.of(0, 1, 1, 0))).toBe(0);
    expect(firstFalseClause(clauses, Uint8Array.of(0, 0, 1, 0))).toBe(1);
    expect(firstFalseClause(clauses, Uint8Array.of(0, 1, 0, 0))).toBe(2);
    expect(firstFalseClause(clauses, Uint8Array.of(0, 1, 0, 1))).toBe(3);
    expect(firstFalseClause(parseDimacs('p cnf 0 1\n0\n'), Uint8Array.of(0))).toBe(1);
  });
});

describe('DIMACS', () => {
  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }).chain(variables =>
          fc.record({
            variables: fc.constant(variables),
            rows: fc.array(
              fc.array(
                fc.integer({ min: -variables, max: variables }).filter(l => l !== 0),
                { maxLength: 6 },
              ),
              { maxLength: 20 },
            ),
          }),
        ),
        ({ variables, rows }) => {
          const clauses: Clauses = {
            variables,
            clauses: rows.length,
            literals: Int32Array.from(rows.flatMap(row => [...row, 0])),
          };
          const text = toDimacs(clauses);
          expect(text).toBe(
            [`p cnf ${variables} ${rows.length}`, ...rows.map(r => [...r, 0].join(' ')), ''].join('\n'),
          );
          expect(parseDimacs(text)).toEqual(clauses);
        },
      ),
      CHECK,
    );
  });

  it.each([
    ['nothing', ''],
    ['no header', '1 0\n'],
    ['a comment before the header, which Z3 takes for SMT-LIB', 'c x\np cnf 1 1\n1 0\n'],
    ['a text cut short at the end of a line, which Z3 takes for a smaller query', 'p cnf 1 2\n1 0\n'],
    ['more clauses than claimed', 'p cnf 1 1\n1 0\n-1 0\n'],
    ['a text cut short in a clause', 'p cnf 2 1\n1 2'],
    ['a clause that is not closed', 'p cnf 2 1\n1 2\n'],
    ['an unknown variable', 'p cnf 1 1\n2 0\n'],
    ['letters', 'p cnf 1 1\n1 x 0\n'],
    ['a sign alone', 'p cnf 1 1\n- 0\n'],
    ['a literal that runs into a sign', 'p cnf 2 1\n1-2 0\n'],
  ])('refuses %s', (_, text) => {
    expect(() => parseDimacs(text)).toThrow(SolverError);
  });
});

describe('toSmtlib', () => {
  it('writes the cone of the outputs', () => {
    const c = createCircuit();
    const [x, y, z] = [c.fresh('cpu0 | holds\nL1'), c.fresh(), c.fresh()];
    c.and(x, c.fresh());
    expect(toSmtlib(c, [c.ite(x, c.xor(x, y), -c.and(y, -z)), TRUE])).toMatchInlineSnapshot(`
      "(set-logic QF_UF)
      (declare-fun i2 () Bool) ; cpu0 | holds?L1
      (declare-fun i3 () Bool)
      (declare-fun i4 () Bool)
      (define-fun g7 () Bool (xor i2 i3))
      (define-fun g8 () Bool (and i3 (not i4)))
      (define-fun g9 () Bool (ite i2 g7 (not g8)))
      (assert g9)
      (assert true)
      (check-sat)
      "
    `);
  });
});

/** Literals that give input `i` the value of bit `i`; inputs outside the cone have no variable, and are free. */
function fixing(cnf: Cnf, inputs: readonly Lit[], bits: number): number[] {
  return inputs.flatMap((input, i) => {
    const v = cnf.inputOf.indexOf(input);
    return v > 0 ? [((bits >> i) & 1) === 1 ? v : -v] : [];
  });
}

/** A model of the clauses that agrees with `fixed`, or nothing: plain DPLL, so that no solver of ours is trusted here. */
function satisfy(cnf: Clauses, fixed: readonly number[] = []): Uint8Array | undefined {
  const rows: number[][] = [[]];
  for (const literal of cnf.literals) {
    if (literal === 0) rows.push([]);
    else rows.at(-1)?.push(literal);
  }
  rows.pop();
  const search = (trail: ReadonlySet<number>): ReadonlySet<number> | undefined => {
    const assigned = new Set(trail);
    for (let changed = true; changed;) {
      changed = false;
      for (const row of rows) {
        if (row.some(literal => assigned.has(literal))) continue;
        const open = row.filter(literal => !assigned.has(-literal));
        const [unit] = open;
        if (unit === undefined) return undefined;
        if (open.length === 1) {
          assigned.add(unit);
          changed = true;
        }
      }
    }
    for (let v = 1; v <= cnf.variables; v++) {
      if (assigned.has(v) || assigned.has(-v)) continue;
      return search(new Set([...assigned, v])) ?? search(new Set([...assigned, -v]));
    }
    return assigned;
  };
  const found = search(new Set(fixed));
  if (found === undefined) return undefined;
  return Uint8Array.from({ length: cnf.variables + 1 }, (_, v) => (found.has(v) ? 1 : 0));
}
