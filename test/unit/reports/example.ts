/** One report of each question, made of the fixtures: what the golden files show. */
import { ptrId } from '../../../model/designs/ptr-id.js';
import type { Report } from '../../../reports/report.js';
import { reportOfCheck, reportOfComparison } from '../../../reports/report.js';
import { wholeFile } from '../../../reports/sources.js';
import { FILE, accepted, at, cells, commandFor, rejected, sources, tool } from './fixtures.js';

const ending = { exit: { code: 10, meaning: 'a claim is violated' }, timing: { milliseconds: 12 } };
const designs = [ptrId, { ...ptrId, id: 'fresh-id', source: { author: 'Nobody' } }, { ...ptrId, id: 'guarded-by' }];

export const comparison: Report = reportOfComparison(
  {
    tool,
    cells,
    problems: [
      {
        kind: 'input-error',
        message: 'there is no such file',
        remedy: 'Name one that is there.',
        at: wholeFile('gone.c'),
      },
      { kind: 'unsupported', construct: 'inline assembly', at: at(3) },
    ],
    allPrograms: [],
    sources,
    commandFor,
    ...ending,
  },
  [],
  designs,
);

export const check: Report = reportOfCheck({
  tool,
  designs,
  results: [
    { file: FILE, design: 'ptr-id', verdict: rejected('bad') },
    { file: FILE, design: 'fresh-id', verdict: rejected('bad') },
    { file: FILE, design: 'ptr-id', verdict: accepted('good') },
    {
      file: FILE,
      design: 'ptr-id',
      verdict: { ...accepted('odd'), verdict: 'unsupported', reason: 'inline assembly' },
    },
    { file: FILE, design: 'ptr-id', verdict: { ...accepted('big'), verdict: 'unknown', reason: 'bound-reached' } },
    { file: FILE, design: 'ptr-id', verdict: { ...accepted('old'), verdict: 'not-applicable' } },
  ],
  problems: [],
  sources,
  ...ending,
});

/** The comparison, where some of it was otherwise before. */
export const gated: Report = {
  ...comparison,
  baseline: {
    file: 'base.json',
    tool: { ...tool, version: '1.0.0' },
    regressions: [
      {
        id: 'two-locks/crossed@ptr-id',
        trend: 'worse',
        what: 'became unsound',
        was: 'ok: accept, safe',
        is: 'unsound: accept, list-race',
      },
      { id: 'a/lost@ptr-id', trend: 'worse', what: 'lost its answer', was: 'ok: accept, safe', is: 'no answer' },
    ],
    notes: [
      {
        id: 'two-locks/crossed@guarded-by',
        trend: 'different',
        what: 'another guard',
        was: 'over-strict: reject at lock-held, safe',
        is: 'over-strict: reject at head-lock-matches, safe',
      },
    ],
    added: ['two-locks/right@ptr-id'],
    gone: ['a/old@ptr-id'],
    notAsked: 2,
    same: 3,
  },
};

/** So many of the same comparison, under different names. */
export const many = (n: number): Report => ({
  ...comparison,
  results: Array.from({ length: Math.ceil(n / comparison.results.length) }, (_, i) =>
    comparison.results.map(r => ({
      ...r,
      id: `${r.subject}-${String(i)}@${r.design}`,
      subject: `${r.subject}-${String(i)}`,
      scenario: `${r.subject}-${String(i)}`,
    })),
  )
    .flat()
    .slice(0, n),
});
