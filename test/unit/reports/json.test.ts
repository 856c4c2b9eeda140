import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { ptrId } from '../../../model/designs/ptr-id.js';
import { propertyIds } from '../../../model/properties.js';
import type { Checked } from '../../../reports/check.js';
import { reportJson } from '../../../reports/json.js';
import { reportJsonl } from '../../../reports/jsonl.js';
import { reportMarkdown } from '../../../reports/markdown.js';
import type { Comparison } from '../../../reports/matrix.js';
import { reportOfCheck, reportOfComparison } from '../../../reports/report.js';
import { wholeFile } from '../../../reports/sources.js';
import { FILE, accepted, at, cells, commandFor, rejected, sources, tool, unsound } from './fixtures.js';

const problems = [
  { kind: 'input-error', message: 'there is no such file', at: wholeFile('gone.c') },
  { kind: 'unsupported', construct: 'inline assembly', at: at(3) },
] as const;
const timing = { milliseconds: 12 };
const exit = { code: 10, meaning: 'a claim is violated' };
const checked: Checked = {
  tool,
  designs: [ptrId],
  results: [
    { file: FILE, design: 'ptr-id', verdict: rejected('bad') },
    { file: FILE, design: 'ptr-id', verdict: accepted('good') },
    {
      file: FILE,
      design: 'ptr-id',
      verdict: { ...accepted('odd'), verdict: 'unknown', reason: 'bound-reached: objects' },
    },
    { file: FILE, design: 'ptr-id', verdict: { ...accepted('old'), verdict: 'not-applicable' } },
  ],
  problems,
  exit,
  timing,
  sources,
};
const comparison: Comparison = { tool, cells, problems, allPrograms: [], exit, timing, sources, commandFor };
const checkedJson = (): string => reportJson(reportOfCheck(checked));
const comparisonReport = (c: Comparison) => reportOfComparison(c, [], []);
const comparisonMarkdown = (c: Comparison, o: { traces: boolean }): string =>
  reportMarkdown(comparisonReport(c), sources, o);

type Schema = { definitions: Record<string, { enum?: unknown[] }> };
const schemaOf = (name: string): Schema =>
  JSON.parse(readFileSync(new URL(`../../../schema/${name}.schema.json`, import.meta.url), 'utf8')) as Schema;
const compiled = (schema: object) =>
  new Ajv({ strict: true, allowUnionTypes: true }).addSchema(schemaOf('report')).compile(schema);
const validates = (schema: object, text: string): void => {
  const validate = compiled(schema);
  validate(JSON.parse(text));
  expect(validate.errors ?? []).toEqual([]);
};

test('check prints what its schema promises', () => {
  validates(schemaOf('check'), checkedJson());
});
test('compare prints what its schema promises', () => {
  validates(schemaOf('compare'), reportJson(comparisonReport(comparison)));
});
test('the schemas turn away what is not promised', () => {
  const validate = compiled(schemaOf('check'));
  const report = JSON.parse(checkedJson()) as Record<string, unknown>;
  expect(validate({ ...report, schemaVersion: 1 })).toBe(false);
  expect(validate({ ...report, extra: 1 })).toBe(false);
});
test('the schemas know every property', () => {
  const { definitions } = schemaOf('report');
  expect(definitions['property']?.enum).toEqual(propertyIds);
  expect(definitions['propertyOrNull']?.enum).toEqual([...propertyIds, null]);
});

test('a verdict has the fields of the design', () => {
  const { results } = JSON.parse(checkedJson()) as { results: Record<string, unknown>[] };
  expect(results[0]).toMatchObject({
    file: FILE,
    program: 'bad',
    design: 'ptr-id',
    verdict: 'reject',
    guard: 'head-lock-matches',
    message: 'held lock and object are not in the same allocation',
    at: { file: FILE, line: 47, insn: null },
  });
});

test('what has no answer is unsupported with a reason, never an accept', () => {
  const { results } = JSON.parse(checkedJson()) as { results: { verdict: string; reason: string | null }[] };
  expect(results.map(r => r.verdict)).toEqual(['reject', 'accept', 'unsupported', 'unsupported']);
  expect(results.map(r => r.reason)).toEqual([null, null, 'bound-reached: objects', 'not-applicable']);
});

test('jsonl is one object a line, the summary last', () => {
  for (const [text, count] of [
    [reportJsonl(reportOfCheck(checked)), checked.results.length],
    [reportJsonl(comparisonReport(comparison)), cells.length],
  ] as const) {
    const lines = text
      .trimEnd()
      .split('\n')
      .map(l => JSON.parse(l) as { schemaVersion: number; type: string });
    expect(lines.map(l => l.type)).toEqual([
      ...Array.from({ length: count }, () => 'result'),
      'problem',
      'problem',
      'summary',
    ]);
    expect(lines.every(l => l.schemaVersion === 2)).toBe(true);
  }
});

test('markdown for a mail', () => {
  const text = comparisonMarkdown(comparison, { traces: true });
  expect(Math.max(...text.split('\n').map(l => l.length))).toBeLessThanOrEqual(80);
  expect(text).toMatchInlineSnapshot(`
    "# Scenarios and designs

    3 scenarios and 3 designs, compared by holdfast 1.2.3.

    - \`.\` ok: accepted and safe, or rejected and unsafe
    - \`s\` over-strict: rejected, though no run breaks anything
    - \`U\` unsound: accepted, though a run breaks something
    - \`-\` not-applicable: the design has no such thing
    - \`?\` unknown: no answer

    ## Summary

    | design     | .   | s   | U   | -   | ?   |
    |------------|-----|-----|-----|-----|-----|
    | ptr-id     | 1   | 0   | 1   | 0   | 1   |
    | fresh-id   | 1   | 0   | 0   | 1   | 0   |
    | guarded-by | 1   | 1   | 0   | 0   | 0   |

    ## identity

    | scenario | A   |
    |----------|-----|
    | one-load | .   |

    - A: ptr-id, fresh-id, guarded-by

    ## two-locks

    | scenario | ptr-id | fresh-id | guarded-by |
    |----------|--------|----------|------------|
    | crossed  | U      | -        | s          |
    | right    | ?      |          |            |

    ## Unsound

    - \`two-locks/crossed\`, list-race: ptr-id

    ## Over-strict

    - \`two-locks/crossed\`, rejected at head-lock-matches: guarded-by

    ## Unknown

    - \`two-locks/right\`, prog: bound-reached: nested callbacks: ptr-id

    ## Not as the scenario expects

    - \`identity/one-load@guarded-by\`: expected reject at unlock-same-lock, safe; got
      accept, safe

    ## Problems

    - \`gone.c\`: there is no such file
    - \`scenarios/two-locks/crossed.bpf.c:3:2\`: unsupported: inline assembly

    ## Counterexamples

    ### list-race: \`two-locks/crossed@ptr-id\`

    Two CPUs are inside operations on one list head or tree root at once.
    two-locks/crossed: ptr-id accepts every program; this run of the machine breaks
    list-race

    **Reason** Two CPUs work on the structure at once. It happens at step 3,
    bpf_list_push_back by CPU 0 wrong. wrong-lock: no lock is held at all operations
    on .data.A+16: wrong with .data.A+0, right with .data.A+8.

    **At** \`scenarios/two-locks/crossed.bpf.c:47:2\`

    \`\`\`c
    bpf_list_push_back(&head2, &n->list);
    \`\`\`

    **Causal path** (3 steps, no shorter run breaks anything, replayed)

    \`\`\`
      1  CPU 0 wrong  takes lock1 :46
                        lock .data.A+0: free -> held by wrong
      2  CPU 1 right  takes lock2 :60
      3  CPU 0 wrong  enters head2 :47
    \`\`\`

    **Suggestion** Two locks open one structure. Ask for one lock for each head:
    compare more of its identity, or let the program declare which lock it is.
    "
  `);
});

test('designs that say the same of a topic share a column when names do not fit', () => {
  const designs = Array.from({ length: 30 }, (_, i) => `design-${String(i)}`);
  const some = designs.map((d, i) =>
    i === 3 ? unsound('two-locks/crossed', d) : { ...unsound('two-locks/crossed', d), cell: 'ok' as const },
  );
  const text = comparisonMarkdown({ ...comparison, cells: some, problems: [] }, { traces: false });
  expect(text).toContain('| scenario | A   | B   |');
  expect(text).toContain('- B: design-3');
  expect(Math.max(...text.split('\n').map(l => l.length))).toBeLessThanOrEqual(80);
});

test('markdown of a check names every verdict and explains each rejection', () => {
  const text = reportMarkdown(reportOfCheck(checked), sources, { traces: false });
  expect(text).toContain('- `good` under ptr-id: accept');
  expect(text).toContain(
    '### head-lock-matches\n\nheld lock and object are not in the same allocation. bad is rejected by',
  );
  expect(text).toContain('`gone.c`: there is no such file');
});
