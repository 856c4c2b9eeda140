import { readFileSync, readdirSync } from 'node:fs';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { SolverError } from '../../../../encodings/solver/answer.js';
import { checkSmtText } from '../../../../encodings/solver/check-text.js';
import { createCircuit } from '../../../../encodings/solver/circuit.js';
import { firstFalseClause, parseDimacs, toCnf, toDimacs } from '../../../../encodings/solver/cnf.js';
import { toSmtlib } from '../../../../encodings/solver/smtlib.js';
import { solveCircuit } from '../../../../encodings/solver/solve.js';
import { openZ3 } from '../../../../encodings/solver/z3.js';
import type { Z3Session } from '../../../../encodings/solver/z3.js';
import { asSmtlib, forced, hungry, pigeons } from './queries.js';
import { CHECK, arbRecipe, assignments, build, meaning } from './recipes.js';

let z3: Z3Session;
beforeAll(async () => {
  z3 = await openZ3();
});

/** Two constants of an enumeration, and one that is neither. */
const ENUM = `(declare-datatypes ((C 0)) (((red) (green))))(declare-fun x () C)
(assert (not (= x red)))(assert (not (= x green)))(check-sat)`;

describe('openZ3', () => {
  it('tells its version', () => {
    expect(z3.version).toMatch(/^Z3 5\.1\./);
  });

  it('answers random circuits as their meaning does, by DIMACS and by SMT-LIB', async () => {
    await fc.assert(
      fc.asyncProperty(arbRecipe, async recipe => {
        const circuit = createCircuit();
        const { output } = build(circuit, recipe);
        const wanted = assignments(recipe.inputs).some(bits => meaning(recipe, bits)) ? 'sat' : 'unsat';
        expect((await solveCircuit(z3, circuit, [output])).status).toBe(wanted);
        expect(z3.solveDimacs(toDimacs(toCnf(circuit, [output]))).status).toBe(wanted);
        expect(z3.solveSmtlib2(toSmtlib(circuit, [output])).status).toBe(wanted);
      }),
      { ...CHECK, numRuns: 40 },
    );
  });

  it('proves pigeonholes, and stops at its rlimit, again and again the same', () => {
    expect(z3.solveDimacs(pigeons(6))).toEqual({ status: 'unsat' });
    const stopped = { status: 'unknown', reason: 'step limit of 5000' };
    expect(z3.solveDimacs(pigeons(11), { rlimit: 5000 })).toEqual(stopped);
    expect(z3.solveDimacs(pigeons(6))).toEqual({ status: 'unsat' });
    expect(z3.solveSmtlib2(asSmtlib(pigeons(11)), { rlimit: 5000 })).toEqual(stopped);
    expect(z3.solveSmtlib2(asSmtlib(pigeons(6)))).toEqual({ status: 'unsat' });
    expect(() => z3.solveDimacs(pigeons(3), { rlimit: 0 })).toThrow(SolverError);
  });

  it('gives the same model to the same query, whatever was asked between', () => {
    const text = `p cnf 60 40\n${Array.from({ length: 40 }, (_, i) => `${i + 1} -${i + 9} ${i + 20} 0\n`).join('')}`;
    const first = z3.solveDimacs(text);
    z3.solveDimacs(pigeons(4));
    expect(z3.solveDimacs(text)).toEqual(first);
    expect(first.status === 'sat' && firstFalseClause(parseDimacs(text), first.model)).toBe(0);
  });

  it('returns the model of uninterpreted sorts as text, and the core by name', () => {
    const shape = '(declare-sort Cpu 0)(declare-fun holds (Cpu) Bool)(declare-fun a () Cpu)(declare-fun b () Cpu)';
    const sat = z3.solveSmtlib2(`${shape}(assert (holds a))(assert (not (holds b)))(check-sat)`);
    expect(sat.status === 'sat' && sat.model).toContain('define-fun holds');
    const some = '(assert (! (forall ((c Cpu)) (holds c)) :named all))(assert (! (= a b) :named same))';
    const unsat = z3.solveSmtlib2(`${shape}${some}(assert (! (not (holds b)) :named none))(check-sat)`, { core: true });
    expect(unsat.status === 'unsat' && unsat.core?.split(/[() ]+/).sort()).toEqual(['', '', 'all', 'none']);
  });
});

/** Each of these made a plain use of z3-solver 5.2.0 answer wrongly (or die); performance.md, section 1.5. */
describe('traps of z3-solver', () => {
  it('asynchronous calls: none in this folder, and strings survive other strings between', () => {
    const folder = new URL('../../../../encodings/solver/', import.meta.url);
    for (const file of readdirSync(folder)) {
      const code = readFileSync(new URL(file, folder), 'utf8').replaceAll(/^ *(\/?\*|\/\/).*$/gm, '');
      expect(code, file).not.toMatch(/async_|\.Z3\b|[^_]eval_smtlib2_string/);
    }
    const clash = '(declare-fun a () Bool)(assert a)(assert (not a))(check-sat)';
    for (let i = 0; i < 60; i++) {
      expect(z3.solveSmtlib2(i % 3 === 0 ? clash : asSmtlib(forced(i))).status).toBe(i % 3 === 0 ? 'unsat' : 'sat');
    }
  });

  it('a logic without the theory in use: Z3 says sat, we refuse', () => {
    expect(z3.solveSmtlib2(ENUM)).toEqual({ status: 'unsat' });
    expect(z3.solveSmtlib2(`(set-logic ALL)${ENUM}`)).toEqual({ status: 'unsat' });
    for (const logic of ['QF_UF', 'QF_BV', 'UF', 'NONSENSE']) {
      expect(() => z3.solveSmtlib2(`(set-logic ${logic})${ENUM}`), logic).toThrow(SolverError);
    }
  });

  it('a raw call does not throw: an error is printed, then sat; we fail', () => {
    expect(() => z3.solveSmtlib2('(declare-fun a () Bool)(assert b)(check-sat)')).toThrow(
      /_Z3_eval_smtlib2_string failed.*unknown constant b/,
    );
    expect(() => z3.solveSmtlib2('(declare-fun a () Bool)(assert (and a (not a)))(check-sat')).toThrow(SolverError);
    expect(() => z3.solveSmtlib2('(check-sat)(assert (= true 3))')).toThrow(SolverError);
    expect(z3.solveSmtlib2('(declare-fun a () Bool)(assert a)(check-sat)').status).toBe('sat');
  });

  it.each([
    ['no check at all', '(declare-fun a () Bool)'],
    ['nothing', ''],
    ['two checks', '(check-sat)(check-sat)'],
    ['a word that looks like a status', '(echo "unsat")'],
    ['a status beside an echo', '(echo "x")(check-sat)'],
    ['a logic that Z3 ignores with a remark', '(set-logic NOPE)(check-sat)'],
    ['a reset after the check', '(check-sat)(reset)'],
    ['a check by a tactic', '(check-sat-using sat)'],
    ['an open parenthesis', '(check-sat'],
    ['an end before the check', '(exit)(check-sat)'],
    ['a wrong expected status', '(set-info :status unsat)(check-sat)'],
    ['a text cut short by NUL', '(check-sat)\0(assert false)'],
  ])('anything but one status, and a text read to its end: %s', (_, text) => {
    expect(() => z3.solveSmtlib2(text)).toThrow(SolverError);
  });

  it.each([
    ['a comment first', 'c\np cnf 1 2\n1 0\n-1 0\n'],
    ['a bad literal', 'p cnf 1 2\n1 x 0\n-1 0\n'],
    ['a text cut short', 'p cnf 1 2\n1 0\n'],
    ['a clause left open', 'p cnf 1 2\n1 0\n-1'],
    ['SMT-LIB', '(declare-const x Bool)(assert x)'],
    ['nothing', ''],
  ])('a raw solver_from_string that fails leaves an empty solver, which is sat; we fail: %s', (_, text) => {
    expect(() => z3.solveDimacs(text)).toThrow(SolverError);
  });

  it('options set in a text are global to the instance: they do not reach the next query', () => {
    const text = asSmtlib(pigeons(6));
    expect(z3.solveSmtlib2(`(set-option :rlimit 500)${text}`).status).toBe('unknown');
    expect(z3.solveSmtlib2(text)).toEqual({ status: 'unsat' });
    expect(z3.solveSmtlib2(`(set-option :sat.max_conflicts 1)(set-option :smt.max_conflicts 1)${text}`).status).toBe(
      'unknown',
    );
    expect(z3.solveSmtlib2(text)).toEqual({ status: 'unsat' });
    expect(z3.solveDimacs(pigeons(6))).toEqual({ status: 'unsat' });
  });

  it('a tactic solver gives an empty core under assumptions: cores come from the default solver only', () => {
    const named = '(declare-fun a () Bool)(assert (! a :named yes))(assert (! (not a) :named no))(check-sat)';
    const answer = z3.solveSmtlib2(named, { core: true });
    expect(answer.status === 'unsat' && answer.core?.split(/[() ]+/).sort()).toEqual(['', '', 'no', 'yes']);
    expect(z3.solveSmtlib2(named)).toEqual({ status: 'unsat' });
  });

  it('contexts that are not deleted fill the heap within 250: 400 queries do not', () => {
    for (let i = 0; i < 400; i++) expect(z3.solveDimacs(forced(i)).status).toBe('sat');
    expect(z3.alive()).toBe(true);
  });

  it('a text larger than the 20 MB stack that ccall would put it on', () => {
    const clause = `${Array.from({ length: 50 }, (_, i) => 900_001 + i * 2).join(' ')} 0\n`;
    const count = Math.ceil(21_000_000 / clause.length);
    const rows = `1 0\n${clause.repeat(count)}`;
    expect(z3.solveSmtlib2(`; ${'x'.repeat(21_000_000)}\n(check-sat)`).status).toBe('sat');
    expect(() => parseDimacs(`p cnf 1000000 ${count + 1}\n${rows}`)).not.toThrow();
  });

  it.each([
    ['while the query is read, where Z3 aborts', hungry],
    ['while it is solved, where Z3 returns, and may abort at its next call', pigeons(30)],
  ])('out of memory is unknown with the reason, and the end of that instance only: %s', async (_, text) => {
    const small = await openZ3({ memoryMb: 24 });
    expect(small.solveDimacs(pigeons(4))).toEqual({ status: 'unsat' });
    const answer = small.solveDimacs(text, { rlimit: 5_000_000 });
    expect(answer.status === 'unknown' && answer.reason).toMatch(/^Z3 crashed: /);
    expect(small.alive()).toBe(false);
    expect(() => small.solveDimacs(pigeons(2))).toThrow(/dead/);
    expect(z3.solveDimacs(pigeons(4))).toEqual({ status: 'unsat' });
  });
});

describe('checkSmtText', () => {
  it.each([
    '(set-logic QF_UF)(declare-sort S 0)(declare-fun |Int (| (S) Bool)(push 1)(check-sat)',
    '(set-logic UF) ; Int\n(set-info :smt-lib-version 2.6)(assert (forall ((x Bool)) x))(check-sat)',
    '(set-logic ALL)(declare-fun x () Int)(assert (= x 3))(check-sat)',
    '(assert (= 1 2))(check-sat) ; (set-logic QF_BV)',
  ])('takes %s', text => {
    expect(() => checkSmtText(text)).not.toThrow();
  });

  it.each([
    ['(set-logic QF_UF)(assert (= 1 2))', /uses 1/],
    ['(set-logic QF_UF)(declare-fun x () (_ BitVec 3))', /uses _/],
    ['(set-logic UF)(assert (= #b1 #b0))', /uses #b1/],
    ['(set-logic UF)(declare-fun x () Int)', /uses Int/],
    ['(declare-datatype C ((r)))(set-logic UF)', /declare-datatype/],
    ['(set-logic QF_UF)(assert (forall ((x Bool)) x))', /uses forall/],
    ['(set-logic QF_UF)(set-logic ALL)', /twice/],
    ['(set-logic QF_FD)', /vouched/],
    ['(assert true)', /has 0/],
    ['(echo "sat")', /echo/],
  ])('refuses %s', (text, reason) => {
    expect(() => checkSmtText(text.includes('assert true') ? text : `${text}(check-sat)`)).toThrow(reason);
  });
});
