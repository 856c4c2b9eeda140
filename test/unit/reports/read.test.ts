import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Against } from '../../../reports/baseline.js';
import { reportJson } from '../../../reports/json.js';
import { reportJsonl } from '../../../reports/jsonl.js';
import { merged } from '../../../reports/merge.js';
import type { Report } from '../../../reports/report.js';
import { readReport } from '../../../reports/read.js';
import { cases } from '../../thorough.js';
import { anyReport } from './arbitrary.js';
import { check, comparison } from './example.js';

test('what is written is read back, whatever the report', async () => {
  await fc.assert(
    fc.asyncProperty(anyReport, async report => {
      expect(await readReport(reportJson(report))).toEqual(report);
    }),
    { numRuns: cases(300) },
  );
});

test('nothing that is printed acts upon a terminal', () => {
  fc.assert(
    fc.property(anyReport, report => {
      for (const text of [reportJson(report), reportJsonl(report)])
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
    }),
  );
});

test('two runs that find the same differ in their timing only', () => {
  const later = { ...comparison, timing: { milliseconds: 99 } };
  const lines = reportJson(comparison).split('\n');
  const others = reportJson(later).split('\n');
  expect(lines.filter((l, i) => l !== others[i])).toEqual(['    "milliseconds": 12']);
});

test.each([
  ['no JSON', '{', 'this is not a JSON object'],
  ['a list', '[]', 'this is not a JSON object'],
  ['something else', '{"a": 1}', 'this is no report: it has no schemaVersion'],
  ['another version', '{"schemaVersion": 1}', 'it has the schemaVersion 1; version 2 can be read'],
  [
    'part of a report',
    '{"schemaVersion": 2, "question": "check"}',
    "not as the schema says: the report must have required property 'tool'",
  ],
])('%s is turned away in one line', async (_, text, message) => {
  expect(await readReport(text)).toEqual({ message });
});

test('a report with one field wrong is turned away', async () => {
  const value = JSON.parse(reportJson(comparison)) as { results: { outcome: string }[] };
  const [first, ...rest] = value.results;
  const wrong = { ...value, results: [{ ...first, outcome: 'well\nnow' }, ...rest] };
  expect(await readReport(JSON.stringify(wrong))).toEqual({
    message: 'not as the schema says: /results/0/outcome must be equal to one of the allowed values',
  });
});

test('reports of one question can be put together, each result once', () => {
  const half = Math.ceil(comparison.results.length / 2);
  const parts = [
    { ...comparison, results: comparison.results.slice(0, half) },
    { ...comparison, results: comparison.results.slice(half), problems: [] },
  ];
  expect(merged(parts)).toEqual({ ...comparison, timing: { milliseconds: 24 } });
  expect(merged([comparison, comparison])).toBe('identity/one-load@ptr-id is answered twice');
  expect(merged([comparison, check])).toContain('do not make one');
});

test('parts that were compared with one baseline are the whole, compared with it', () => {
  // Two parts of a baseline of ten answers, of which two were asked by nobody.
  const part = (over: Partial<Against>, results: Report['results']): Report => ({
    ...comparison,
    results,
    baseline: {
      file: 'b',
      tool: comparison.tool,
      regressions: [],
      notes: [],
      added: [],
      gone: [],
      notAsked: 0,
      same: 0,
      ...over,
    },
  });
  const change = { id: 'x', trend: 'worse', what: 'now rejected', was: 'accept', is: 'reject' } as const;
  const parts = [
    part({ same: 3, regressions: [change], gone: ['old'], notAsked: 5 }, comparison.results.slice(0, 1)),
    part({ same: 2, notes: [change], gone: ['old'], added: ['y'], notAsked: 6 }, comparison.results.slice(1)),
  ];
  expect(merged(parts)).toMatchObject({
    baseline: { file: 'b', regressions: [change], notes: [change], added: ['y'], gone: ['old'], notAsked: 2, same: 5 },
  });
  const [first, second] = parts;
  if (first === undefined || second === undefined) throw new Error('there are two');
  const { baseline: _, ...without } = second;
  expect(merged([first, without])).toContain('not compared with one baseline');
});
