import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExitCode } from '../../../cli/exit.js';
import { exitCode, exitLine, exitMeanings, findingsOfCheck, findingsOfComparison } from '../../../cli/exit.js';
import type { Finding } from '../../../reports/outcome.js';
import { findingOfVerdict, findings, findingsOfCell } from '../../../reports/outcome.js';
import { propertyIds } from '../../../model/properties.js';
import type { Cell, ProgramVerdict } from '../../../proofs/cell.js';
import { cellKind, cellKinds } from '../../../proofs/cell.js';
import { accepted, cell, notApplicable, overStrict, race, rejected, unknown, unsound } from '../reports/fixtures.js';

const order: readonly ExitCode[] = [130, 64, 70, 40, 10, 65, 50, 30, 20, 0];
const anyFindings = fc.array(fc.constantFrom(...findings));

test('codes come in the order of the design', () => {
  expect(findings.map(f => exitCode([f]))).toEqual(order.slice(0, -1));
  expect(new Set(order)).toEqual(new Set(Object.keys(exitMeanings).map(Number)));
});

test('any findings give the code of the one that comes first, and 0 only if there is none', () => {
  fc.assert(
    fc.property(anyFindings, some => {
      const code = exitCode(some);
      expect(code === 0).toBe(some.length === 0);
      for (const f of some) expect(order.indexOf(code)).toBeLessThanOrEqual(order.indexOf(exitCode([f])));
      if (some.length > 0) expect(some.map(f => exitCode([f]))).toContain(code);
    }),
  );
});

test('one more finding never makes the code better, whatever the order', () => {
  fc.assert(
    fc.property(anyFindings, fc.constantFrom<Finding>(...findings), (some, more) => {
      expect(order.indexOf(exitCode([...some, more]))).toBeLessThanOrEqual(order.indexOf(exitCode(some)));
      expect(exitCode([more, ...some])).toBe(exitCode([...some, more]));
    }),
  );
});

const asResults = (all: readonly ProgramVerdict[]) => all.map(verdict => ({ verdict }));
const verdicts = ['accept', 'reject', 'unsupported', 'not-applicable', 'unknown'] as const;
const anyVerdict: fc.Arbitrary<ProgramVerdict> = fc
  .constantFrom(...verdicts)
  .map(verdict => ({ ...accepted('p'), verdict }));

/** Any cell at all, also ones whose parts contradict each other. */
const anyCell: fc.Arbitrary<Cell> = fc
  .record({
    verdict: fc.constantFrom(...verdicts),
    safety: fc.constantFrom('safe' as const, 'violated' as const, 'unknown' as const),
    property: fc.option(fc.constantFrom(...propertyIds)),
    cell: fc.constantFrom(...cellKinds),
    counterexample: fc.option(fc.boolean().map(replayed => ({ ...race, replayed }))),
    disagreements: fc.array(fc.constant({ question: 'q', explicit: 'a', smt: 'b' }), { maxLength: 1 }),
    expected: fc.option(fc.boolean().map(met => ({ text: 'accept, safe', met }))),
  })
  .map(over => cell('a/b', 'd', over));

test('no comparison with a violation, an unknown or a disagreement exits with 0', () => {
  fc.assert(
    fc.property(
      fc.array(anyCell),
      fc.array(anyCell),
      fc.constantFrom('violated', 'unknown', 'disagree', 'unexpected-unsound', 'not-replayed'),
      anyCell,
      (before, after, how, base) => {
        const bad: Cell = {
          violated: { ...base, expected: { text: 'x', met: false } },
          unknown: { ...base, cell: 'unknown' as const },
          disagree: { ...base, disagreements: [{ question: 'q', explicit: 'a', smt: 'b' }] },
          'unexpected-unsound': { ...base, cell: 'unsound' as const, expected: null },
          'not-replayed': { ...base, counterexample: { ...race, replayed: false } },
        }[how];
        expect(exitCode(findingsOfComparison([...before, bad, ...after], []))).not.toBe(0);
      },
    ),
    { numRuns: 500 },
  );
});

test('a comparison exits with 0 only if every cell has an answer that is expected or over-strict or ok', () => {
  fc.assert(
    fc.property(fc.array(anyCell, { minLength: 1 }), cells => {
      const isFine = (c: Cell): boolean =>
        c.disagreements.length === 0 &&
        c.counterexample?.replayed !== false &&
        c.expected?.met !== false &&
        c.cell !== 'unknown' &&
        cellKind(c.verdict, c.safety) !== 'unknown' &&
        (c.expected !== null || (c.cell !== 'unsound' && cellKind(c.verdict, c.safety) !== 'unsound'));
      expect(exitCode(findingsOfComparison(cells, [])) === 0).toBe(cells.every(isFine));
    }),
    { numRuns: 500 },
  );
});

test('a check exits with 0 only if every program is accepted', () => {
  fc.assert(
    fc.property(fc.array(anyVerdict), all => {
      expect(exitCode(findingsOfCheck(asResults(all), [])) === 0).toBe(
        all.length > 0 && all.every(v => v.verdict === 'accept'),
      );
    }),
  );
});

test('nothing compared and nothing checked is vacuous', () => {
  expect(exitCode(findingsOfComparison([], []))).toBe(30);
  expect(exitCode(findingsOfCheck([], []))).toBe(30);
});

const at = { file: 'a.c', line: 1, column: 1 };
test.each<[string, readonly Cell[], ExitCode]>([
  ['what is expected', [cell('a', 'd'), unsound('b', 'd'), overStrict('c', 'd'), notApplicable('e', 'd')], 0],
  [
    'an expectation that is not met',
    [cell('a', 'd', { expected: { text: 'reject', met: false } }), unknown('b', 'd')],
    10,
  ],
  ['an unsound cell that nobody expects', [unsound('a', 'd', { expected: null })], 10],
  ['an over-strict cell that nobody expects', [overStrict('a', 'd', { expected: null })], 0],
  ['no answer', [cell('a', 'd'), unknown('b', 'd')], 20],
  ['no answer where one is expected', [{ ...unknown('b', 'd'), expected: { text: 'accept, safe', met: false } }], 20],
  [
    'engines that disagree',
    [
      cell('a', 'd', {
        disagreements: [{ question: 'q', explicit: 'a', smt: 'b' }],
        expected: { text: '', met: false },
      }),
    ],
    40,
  ],
])('compare: %s', (_, cells, code) => {
  expect(exitCode(findingsOfComparison(cells, []))).toBe(code);
});

test('problems: bad input is 65, a missing feature is 20, and a rejection comes before both', () => {
  const bad = { kind: 'input-error', message: 'm', at } as const;
  const missing = { kind: 'unsupported', construct: 'c', at } as const;
  expect(exitCode(findingsOfCheck(asResults([accepted('p')]), [bad]))).toBe(65);
  expect(exitCode(findingsOfCheck(asResults([accepted('p')]), [missing]))).toBe(20);
  expect(exitCode(findingsOfCheck(asResults([rejected('p')]), [bad, missing]))).toBe(10);
  expect(exitCode(findingsOfComparison([], [bad]))).toBe(65);
});

test('a rejection is a violated claim, anything without an answer inconclusive', () => {
  expect(verdicts.map(verdict => findingOfVerdict({ ...accepted('p'), verdict }))).toEqual([
    null,
    'violated',
    'inconclusive',
    'inconclusive',
    'inconclusive',
  ]);
  expect(findingsOfCell(cell('a', 'b'))).toEqual([]);
});

test('the last line says what the code means', () => {
  expect(exitLine(10)).toBe('exit 10: a claim is violated');
});
