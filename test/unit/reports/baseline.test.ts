import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { propertyIds } from '../../../model/properties.js';
import type { Cell } from '../../../proofs/cell.js';
import { cellKind, cellKinds } from '../../../proofs/cell.js';
import { againstMarkdown, againstText } from '../../../reports/against.js';
import { baselineFile } from '../../../reports/baseline-file.js';
import type { Absence, Against, Answer, Baseline } from '../../../reports/baseline.js';
import { againstCells, againstVerdicts } from '../../../reports/baseline.js';
import type { CheckResult } from '../../../reports/check.js';
import { annotations } from '../../../reports/github.js';
import { reportJson } from '../../../reports/json.js';
import { plain } from '../../../reports/paint.js';
import { readBaseline } from '../../../reports/read-baseline.js';
import type { Report } from '../../../reports/report.js';
import { reportOfCheck, reportOfComparison } from '../../../reports/report.js';
import { accepted, at, cell, commandFor, overStrict, rejected, sources, tool, unknown, unsound } from './fixtures.js';

const exit = { code: 0, meaning: 'all as claimed' };
const timing = { milliseconds: 1 };
const comparisonOf = (cells: readonly Cell[], baseline?: Against) => ({
  tool,
  cells,
  problems: [],
  allPrograms: [],
  exit,
  timing,
  sources,
  commandFor,
  ...(baseline === undefined ? {} : { baseline }),
});
const reportOf = (cells: readonly Cell[], baseline?: Against): Report =>
  reportOfComparison(comparisonOf(cells, baseline), [], []);
const read = (json: string, question: 'check' | 'compare' = 'compare'): Baseline => {
  const baseline = readBaseline('base.json', json, question);
  if ('wrong' in baseline) throw new Error(baseline.wrong);
  return baseline;
};
const saved = (cells: readonly Cell[]): Baseline => read(baselineFile(reportOf(cells)));
const notAsked = (): Absence => 'not-asked';
const compare = (was: readonly Cell[], is: readonly Cell[], absence: (a: Answer) => Absence = notAsked): Against =>
  againstCells(saved(was), is, absence).against;

/** Any text, with what breaks formats. */
const text = fc.oneof(
  fc.constantFrom('a/b', ']]>', '</script>', '`', '```', '::error::x', '\u001B[31m', 'a\nb', '|', '\u202E', '%0A'),
  fc.string({ unit: 'grapheme' }),
);
const anyCell: fc.Arbitrary<Cell> = fc
  .record({
    scenario: text,
    design: text,
    verdict: fc.constantFrom('accept', 'reject', 'unsupported', 'unknown', 'not-applicable'),
    guard: fc.option(text),
    safety: fc.constantFrom('safe', 'violated', 'unknown'),
    property: fc.option(fc.constantFrom(...propertyIds)),
    cell: fc.constantFrom(...cellKinds),
  })
  .map(over => cell(over.scenario, over.design, over));
const anyResult: fc.Arbitrary<CheckResult> = fc
  .record({
    file: text,
    design: text,
    program: text,
    verdict: fc.constantFrom('accept', 'reject', 'unsupported', 'unknown', 'not-applicable'),
    guard: fc.option(text),
    message: fc.option(text),
  })
  .map(({ file, design, program, ...over }) => ({ file, design, verdict: { ...accepted(program), ...over } }));

describe('a baseline', () => {
  test('is a line a result, sorted, and the same whatever order results came in', () => {
    const cells = [unsound('two-locks/crossed', 'ptr-id'), overStrict('a/b', 'ptr-id'), cell('a/b', 'guarded-by')];
    const text = baselineFile(reportOf(cells));
    expect(text).toMatchInlineSnapshot(`
      "{
        "schemaVersion": 2,
        "tool": {"name":"holdfast","version":"1.2.3"},
        "results": [
          {"scenario":"a/b","design":"guarded-by","verdict":"accept","guard":null,"safety":"safe","property":null,"cell":"ok"},
          {"scenario":"a/b","design":"ptr-id","verdict":"reject","guard":"head-lock-matches","safety":"safe","property":null,"cell":"over-strict"},
          {"scenario":"two-locks/crossed","design":"ptr-id","verdict":"accept","guard":null,"safety":"violated","property":"list-race","cell":"unsound"}
        ]
      }
      "
    `);
    expect(baselineFile(reportOf(cells.toReversed()))).toBe(text);
    expect(JSON.parse(baselineFile(reportOf([])))).toMatchObject({ results: [] });
  });

  test('of any comparison is read back, from both formats, and is as before', () => {
    fc.assert(
      fc.property(fc.array(anyCell), cells => {
        for (const json of [baselineFile(reportOf(cells)), reportJson(reportOf(cells))]) {
          const { answers } = read(json);
          expect(answers).toHaveLength(cells.length);
        }
        const unique = [...new Map(cells.map(c => [JSON.stringify([c.scenario, c.design]), c])).values()];
        const { against, isKnown } = againstCells(saved(unique), unique, notAsked);
        expect(against).toMatchObject({ regressions: [], notes: [], added: [], gone: [], same: unique.length });
        expect(unique.every((_, i) => isKnown(i))).toBe(true);
      }),
    );
  });

  test('of any check is read back, from both formats, and is as before', () => {
    fc.assert(
      fc.property(fc.array(anyResult), results => {
        const checked = { tool, designs: [], results, problems: [], exit, timing, sources };
        for (const json of [baselineFile(reportOfCheck(checked)), reportJson(reportOfCheck(checked))])
          expect(read(json, 'check').answers).toHaveLength(results.length);
        const unique = [...new Map(results.map(r => [`${r.file}:${r.verdict.program}@${r.design}`, r])).values()];
        const baseline = read(reportJson(reportOfCheck({ ...checked, results: unique })), 'check');
        expect(againstVerdicts(baseline, unique, sources, notAsked).against).toMatchObject({
          regressions: [],
          notes: [],
          added: [],
          same: unique.length,
        });
      }),
    );
  });

  test.each([
    ['{', 'it is not JSON'],
    ['[]', 'it is no object'],
    ['{}', 'it is no report of holdfast'],
    ['{"schemaVersion":99,"tool":{},"results":[]}', 'it was written by a newer version of holdfast'],
    ['{"schemaVersion":1,"results":[]}', 'its tool is no object'],
    ['{"schemaVersion":1,"tool":{"name":"a","version":"b"},"results":[1]}', 'result 1 is no object'],
    ['{"schemaVersion":1,"tool":{"name":"a","version":"b"},"results":[{}]}', 'it is a report of check, not of compare'],
    [
      '{"schemaVersion":1,"tool":{"name":"a","version":"b"},"results":[{"scenario":"s","design":"d","verdict":"accept","guard":null,"safety":"safe","property":null,"cell":"odd"}]}',
      'result 1 is a cell of an unknown kind',
    ],
  ])('%s is none: %s', (json, wrong) => {
    expect(readBaseline('b', json, 'compare')).toEqual({ wrong });
  });

  test('of anything at all is one, or is said to be wrong', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), json => {
        expect(['wrong' in readBaseline('b', json, 'check'), 'wrong' in readBaseline('b', json, 'compare')]).toEqual([
          true,
          true,
        ]);
      }),
    );
  });
});

describe('a change', () => {
  const d = 'ptr-id';
  const ok = cell('a', d);
  const strict = overStrict('a', d);
  const bad = unsound('a', d);
  const none = unknown('a', d);
  test.each<[string, Cell, Cell, boolean, string, string]>([
    ['ok to unsound', ok, bad, true, 'worse', 'became unsound'],
    ['ok to over-strict', ok, strict, true, 'worse', 'became over-strict'],
    ['over-strict to unsound', strict, bad, true, 'worse', 'became unsound'],
    ['unsound to over-strict', bad, strict, true, 'better', 'became over-strict'],
    ['unsound to ok', bad, ok, true, 'better', 'now ok'],
    ['over-strict to ok', strict, ok, true, 'better', 'now ok'],
    ['an answer lost', ok, none, true, 'worse', 'lost its answer'],
    ['an answer gained', none, bad, false, 'better', 'now answered'],
    ['another property', bad, { ...bad, property: 'use-after-free' }, true, 'different', 'breaks something else'],
    [
      'another verdict in the same cell',
      ok,
      { ...strict, cell: 'ok', safety: 'violated', property: 'list-race' },
      true,
      'different',
      'now rejected',
    ],
    ['another guard', strict, { ...strict, guard: 'lock-held' }, false, 'different', 'another guard'],
  ])('%s', (_, was, is, isRegression, trend, what) => {
    const { regressions, notes, same } = compare([was], [is]);
    expect(isRegression ? regressions : notes).toMatchObject([{ id: 'a@ptr-id', trend, what }]);
    expect([...regressions, ...notes]).toHaveLength(1);
    expect(same).toBe(0);
  });

  test('between any two answers is nothing, a note or a regression; and one of what is claimed is a regression', () => {
    fc.assert(
      fc.property(anyCell, anyCell, (was, other) => {
        const is = { ...other, scenario: was.scenario, design: was.design };
        const { regressions, notes, same } = compare([was], [is]);
        expect(regressions.length + notes.length + same).toBe(1);
        const isFlip = was.cell !== 'unknown' && (['cell', 'property'] as const).some(f => was[f] !== is[f]);
        if (isFlip) expect(regressions).toHaveLength(1);
        if (
          was.cell === is.cell &&
          was.verdict === is.verdict &&
          was.safety === is.safety &&
          was.property === is.property
        )
          expect(regressions).toEqual([]);
      }),
    );
  });

  test('is a flip both ways round, if both are answers', () => {
    const whole = anyCell
      .filter(c => c.verdict === 'accept' || c.verdict === 'reject')
      .filter(c => c.safety !== 'unknown')
      .map(c => ({ ...c, cell: cellKind(c.verdict, c.safety), property: c.safety === 'safe' ? null : c.property }));
    fc.assert(
      fc.property(whole, whole, (a, other) => {
        const b = { ...other, scenario: a.scenario, design: a.design };
        expect(compare([a], [b]).regressions).toHaveLength(compare([b], [a]).regressions.length);
      }),
    );
  });

  test('results that come and go are counted, never silent', () => {
    const was = [cell('kept', d), cell('gone', d), cell('lost', d), cell('elsewhere', d), unknown('open', d)];
    const absences: Record<string, Absence> = {
      gone: 'gone',
      lost: 'no-answer',
      elsewhere: 'not-asked',
      open: 'no-answer',
    };
    const a = compare(was, [cell('kept', d), cell('new', d)], x => absences[x.about] ?? 'gone');
    expect(a).toMatchObject({
      added: ['new@ptr-id'],
      gone: ['gone@ptr-id', 'open@ptr-id'],
      notAsked: 1,
      same: 1,
      notes: [],
    });
    expect(a.regressions).toEqual([
      { id: 'lost@ptr-id', trend: 'worse', what: 'lost its answer', was: 'ok: accept, safe', is: 'no answer' },
    ]);
  });

  test('of a verdict', () => {
    const r = (verdict: CheckResult['verdict']): CheckResult => ({ file: 'a.c', design: d, verdict });
    const between = (was: CheckResult['verdict'], is: CheckResult['verdict']): Against => {
      const checked = { tool, designs: [], results: [r(was)], problems: [], exit, timing, sources };
      return againstVerdicts(read(reportJson(reportOfCheck(checked)), 'check'), [r(is)], sources, notAsked).against;
    };
    expect(between(accepted('p'), rejected('p')).regressions).toMatchObject([{ what: 'now rejected', trend: 'worse' }]);
    expect(between(rejected('p'), accepted('p')).regressions).toMatchObject([{ what: 'now accepted' }]);
    expect(between(rejected('p'), { ...accepted('p'), verdict: 'unsupported' }).regressions).toMatchObject([
      { what: 'lost its answer' },
    ]);
    expect(between({ ...accepted('p'), verdict: 'unknown' }, accepted('p')).notes).toMatchObject([
      { what: 'now answered' },
    ]);
    expect(between(rejected('p'), { ...rejected('p'), message: 'other' }).notes).toMatchObject([
      { what: 'another message' },
    ]);
  });
});

describe('what is different is shown', () => {
  const was = [cell('two-locks/crossed', 'ptr-id'), overStrict('a/b', 'ptr-id'), cell('old', 'ptr-id')];
  const now = [unsound('two-locks/crossed', 'ptr-id'), { ...overStrict('a/b', 'ptr-id'), guard: 'lock-held' }];
  const a = { ...compare(was, now, () => 'gone'), tool: { name: 'holdfast', version: '1.0.0' } };

  test('in text, less of it where only what is wrong is wanted', () => {
    const o = { paint: plain, width: 80, quiet: false };
    const report = reportOf(now, a);
    expect(againstText(report, sources, o).join('\n')).toMatchInlineSnapshot(`
      "Against the baseline base.json (1 regression)
        two-locks/crossed@ptr-id  became unsound
            was ok: accept, safe
            is unsound: accept, list-race
        Where this is meant, write the baseline again, with --out baseline:FILE.
        a/b@ptr-id  another guard, a note
            was over-strict: reject at head-lock-matches, safe
            is over-strict: reject at lock-held, safe
        1 gone: old@ptr-id
        the baseline was written by holdfast 1.0.0, this is 1.2.3
        0 answers as before
      "
    `);
    expect(againstText(report, sources, { ...o, quiet: true }).join('\n')).not.toContain('gone');
    expect(againstText(reportOf(now, { ...a, regressions: [] }), sources, { ...o, quiet: true })).toEqual([]);
    expect(againstText(reportOf(now), sources, o)).toEqual([]);
  });

  test('in markdown', () => {
    expect(againstMarkdown(reportOf(now, a), sources).join('\n')).toMatchInlineSnapshot(`
      "## Against the baseline \`base.json\` (1 regression)

      - **regression** \`two-locks/crossed@ptr-id\` became unsound: was ok: accept,
        safe; is unsound: accept, list-race

      Where this is meant, write the baseline again, with --out baseline:FILE.

      - \`a/b@ptr-id\` another guard: was over-strict: reject at head-lock-matches,
        safe; is over-strict: reject at lock-held, safe
      - 1 gone: old@ptr-id
      - the baseline was written by holdfast 1.0.0, this is 1.2.3
      - 0 answers as before
      "
    `);
  });

  test('as an error at the line of the step that goes wrong', () => {
    const lines = annotations(reportOf(now, a)).split('\n');
    expect(lines[0]).toMatch(
      /^::error file=scenarios\/two-locks\/crossed.bpf.c,line=47,col=2,title=two-locks\/crossed@ptr-id::regression, became unsound: was ok: accept, safe; is unsound: accept, list-race%0A/,
    );
    expect(lines.slice(1)).toEqual(['::notice title=gone since base.json::old@ptr-id', '']);
    expect(at(47).line).toBe(47);
  });
});
