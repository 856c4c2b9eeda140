import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { regressionsOf } from '../../../reports/against.js';
import { annotations } from '../../../reports/github.js';
import { anyReport } from './arbitrary.js';
import { comparison, many } from './example.js';

const linesOf = (text: string): readonly string[] => text.split('\n').slice(0, -1);

test('every line is one workflow command, whatever the names are', () => {
  fc.assert(
    fc.property(anyReport, report => {
      for (const line of linesOf(annotations(report)))
        expect(line).toMatch(/^::(error|warning|notice) [^\p{Cc}]*::[^\p{Cc}]*$/u);
    }),
  );
});

test('an annotation for whatever changes the exit code, while GitHub shows them all', () => {
  fc.assert(
    fc.property(anyReport, report => {
      const regressions = regressionsOf(report);
      const wrong = report.results.filter(
        r => (r.outcome !== 'pass' && r.outcome !== 'not-applicable') || regressions.of.has(r.id),
      ).length;
      const gone = (report.baseline?.gone.length ?? 0) > 0 ? 1 : 0;
      expect(linesOf(annotations(report))).toHaveLength(
        wrong + report.problems.length + regressions.withoutResult.length + gone,
      );
    }),
  );
});

test('of many the most important are shown, and the last line counts the rest', () => {
  const failing = many(70).results.map(r => ({ ...r, outcome: 'fail' as const }));
  const lines = linesOf(annotations({ ...comparison, problems: [], results: failing }));
  expect(lines).toHaveLength(11);
  expect(lines.slice(0, 10).filter(l => l.includes('crossed'))).toHaveLength(10);
  expect(lines.at(-1)).toBe(
    '::notice title=holdfast::60 more errors: see the log of this step, or the report in another format',
  );
});
