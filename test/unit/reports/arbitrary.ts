/** Any report: every kind of result, with names, messages and places that try to break what shows them. */
import * as fc from 'fast-check';
import { propertyIds } from '../../../model/properties.js';
import type { At } from '../../../model/program.js';
import type { Cell, Change, Counterexample, InitialFact, ProgramVerdict, TraceStep } from '../../../proofs/cell.js';
import { cellKinds, relations } from '../../../proofs/cell.js';
import type { Against, AnswerChange } from '../../../reports/baseline.js';
import type { Diagnosis } from '../../../reports/diagnosis.js';
import type { Problem } from '../../../reports/matrix.js';
import { outcomes } from '../../../reports/outcome.js';
import type { AnyProgram, Origin, Report, ReportedDesign, Result } from '../../../reports/report.js';

/** Each has broken some format of some tool. */
const attacks = [
  '',
  ' ',
  '<script>alert(1)</script>',
  '</script><!-- -->',
  ']]>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='x",
  '&amp;&#0;&lt;',
  '```\n# not a heading',
  '`` ` ``',
  '[a](javascript:alert(1)) ![b](http://x)',
  '| a | b |\n|---|---|',
  '</details></summary>',
  '*bold* _em_ ~~del~~ @somebody #1 $x$',
  '\u001b[31mred\u001b[0m \u001b]0;title\u0007',
  '\u009b31m',
  '\u0000\u0001\b\u007f',
  '\r\n::error::injected',
  '%0A::warning::x',
  'a:b,c=d%',
  '\u202emirrored\u202c',
  'zero\u200bwidth \ufeff',
  '\ud800 alone',
  'Grüße \u{1f512} \u2192 \u2026',
  '../../etc/passwd',
  'a b/c#d?e%20.bpf.c',
  '*/ int x; /*',
  '{{ x }} ${y} %s %d',
  'x'.repeat(300),
  '__proto__',
  '# heading',
  '- item',
  '+ item',
  '1. item',
  '1) item',
  '> quote',
  '===',
  '---',
  'a\n===\n',
  '    code',
];

export const hostile: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...attacks) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...attacks), fc.constantFrom(...attacks)).map(t => t.join('')) },
  { weight: 2, arbitrary: fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/) },
);
const named = hostile.filter(s => s !== '');
const orNull = <T>(a: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(a, { nil: null });

export const anyAt: fc.Arbitrary<At> = fc.oneof(
  named.map(file => ({ file, line: 0, column: 0 })),
  fc.record(
    { file: named, line: fc.integer({ min: 1, max: 1_000_000 }), column: fc.nat(200), insn: fc.nat(1_000_000) },
    { requiredKeys: ['file', 'line', 'column'] },
  ),
);

const change: fc.Arbitrary<Change> = fc.record({
  what: hostile,
  from: hostile,
  to: hostile,
  edge: orNull(
    fc.record({
      relation: fc.constantFrom(...relations),
      subject: hostile,
      before: orNull(hostile),
      after: orNull(hostile),
    }),
  ),
});
const fact: fc.Arbitrary<InitialFact> = fc.record({
  what: hostile,
  is: hostile,
  edge: orNull(fc.record({ relation: fc.constantFrom(...relations), subject: hostile, object: hostile })),
});
const step: fc.Arbitrary<TraceStep> = fc.record({
  run: hostile,
  cpu: fc.oneof(fc.constantFrom('CPU 0', 'CPU 1', 'user space'), hostile),
  event: hostile,
  text: hostile,
  at: orNull(anyAt),
  changes: fc.array(change, { maxLength: 3 }),
});
export const anyCounterexample: fc.Arbitrary<Counterexample> = fc.record({
  property: fc.constantFrom(...propertyIds),
  reason: hostile,
  initial: fc.array(fact, { maxLength: 3 }),
  steps: fc.array(step, { maxLength: 5 }),
  wrongLock: orNull(hostile),
  minimal: fc.boolean(),
  replayed: fc.boolean(),
});

const verdict = fc.constantFrom('accept', 'reject', 'unsupported', 'not-applicable', 'unknown');
const programVerdict: fc.Arbitrary<ProgramVerdict> = fc.record(
  {
    program: named,
    verdict,
    guard: orNull(hostile),
    message: orNull(hostile),
    kernelFunction: orNull(hostile),
    reason: orNull(hostile),
    at: orNull(anyAt),
    badPrune: hostile,
    path: fc.array(fc.record({ event: hostile, text: hostile, at: anyAt }), { maxLength: 3 }),
  },
  {
    requiredKeys: ['program', 'verdict', 'guard', 'message', 'kernelFunction', 'reason', 'at', 'path'],
  },
);

const diagnosis: fc.Arbitrary<Diagnosis> = fc.record({
  category: hostile,
  title: hostile,
  subject: hostile,
  reason: fc.array(hostile, { maxLength: 3 }),
  at: orNull(anyAt),
  path: fc.array(
    fc.record({ actor: hostile, text: hostile, at: orNull(anyAt), changes: fc.array(hostile, { maxLength: 3 }) }),
    { maxLength: 4 },
  ),
  pathNote: hostile,
  suggestion: hostile,
});

const origin: fc.Arbitrary<Origin> = fc.record({
  author: orNull(hostile),
  message: orNull(hostile),
  kernel: orNull(hostile),
});
const design: fc.Arbitrary<ReportedDesign> = fc.record({ id: named, title: hostile, origin, baseline: hostile });

const answer = {
  outcome: fc.constantFrom(...outcomes),
  verdict,
  guard: orNull(hostile),
  found: hostile,
  why: orNull(hostile),
  at: anyAt,
  programs: fc.array(programVerdict, { maxLength: 2 }),
  diagnoses: fc.array(diagnosis, { maxLength: 2 }),
  fingerprint: orNull(fc.stringMatching(/^[0-9a-f]{32}$/)),
  command: hostile,
};

const cell: fc.Arbitrary<Result> = fc
  .record({
    ...answer,
    scenario: named,
    design: named,
    file: named,
    asks: orNull(hostile),
    origin: orNull(origin),
    safety: fc.constantFrom<Cell['safety']>('safe', 'violated', 'unknown'),
    property: orNull(fc.constantFrom(...propertyIds)),
    cell: fc.constantFrom(...cellKinds),
    expected: orNull(fc.record({ text: hostile, met: fc.boolean() })),
    counterexample: orNull(anyCounterexample),
    evidence: fc.record({ explicit: hostile, smt: hostile }),
    disagreements: fc.array(fc.record({ question: hostile, explicit: hostile, smt: hostile }), { maxLength: 1 }),
  })
  .map(r => ({ ...r, id: `${r.scenario}@${r.design}`, subject: r.scenario, program: null }));

/** The answer of a check is the verdict on its one program. */
const checked: fc.Arbitrary<Result> = fc
  .record({ ...answer, of: programVerdict, file: named, design: named })
  .map(({ of, ...r }) => ({
    ...r,
    id: `${r.file}:${of.program}@${r.design}`,
    subject: `${r.file}:${of.program}`,
    program: of.program,
    verdict: of.verdict,
    programs: [of],
    scenario: null,
    asks: null,
    origin: null,
    safety: null,
    property: null,
    cell: null,
    expected: null,
    counterexample: null,
    evidence: null,
    disagreements: [],
  }));

const problem: fc.Arbitrary<Problem> = fc.oneof(
  fc.record(
    { kind: fc.constant('input-error' as const), message: hostile, remedy: hostile, at: anyAt },
    { requiredKeys: ['kind', 'message', 'at'] },
  ),
  fc.record({ kind: fc.constant('unsupported' as const), construct: hostile, at: anyAt }),
);

const anyProgram: fc.Arbitrary<AnyProgram> = fc.record({
  design: named,
  outcome: fc.constantFrom('safe', 'violated', 'not-completed', 'bound-reached'),
  property: orNull(fc.constantFrom(...propertyIds)),
  states: fc.nat(),
  sizes: fc.record({
    runs: fc.integer({ min: 1, max: 3 }),
    slots: fc.integer({ min: 1, max: 9 }),
    ids: fc.integer({ min: 1, max: 9 }),
    nodes: fc.integer({ min: 1, max: 9 }),
  }),
  counterexample: orNull(anyCounterexample),
  program: orNull(hostile),
});

/** No two results have the same id: a cell is asked once. */
const distinct = (results: fc.Arbitrary<Result>) => fc.uniqueArray(results, { selector: r => r.id, maxLength: 5 });

/** Some of these results are another answer than before, some the same in other words; others there are no more. */
const against = (results: readonly Result[]): fc.Arbitrary<Against> => {
  const ids = results.map(r => r.id);
  const changes = fc.uniqueArray(
    fc.record<AnswerChange>({
      id: ids.length === 0 ? named : fc.oneof(fc.constantFrom(...ids), named),
      trend: fc.constantFrom('worse', 'better', 'different'),
      what: hostile,
      was: hostile,
      is: hostile,
    }),
    { selector: c => c.id, maxLength: 4 },
  );
  return fc
    .record({
      file: named,
      tool: fc.record({ name: fc.constant('holdfast'), version: hostile }),
      changes,
      notes: fc.nat(2),
      added: fc.subarray(ids),
      gone: fc.array(named, { maxLength: 2 }),
      notAsked: fc.nat(3),
      same: fc.nat(3),
    })
    .map(({ changes: all, notes, added, ...a }) => ({
      ...a,
      notes: all.slice(0, notes),
      regressions: all.slice(notes),
      added: added.filter(id => all.every(c => c.id !== id)),
    }));
};

const anyRun: fc.Arbitrary<Report> = fc.constantFrom('check' as const, 'compare' as const).chain(question =>
  fc.record({
    tool: fc.record({ name: fc.constant('holdfast'), version: hostile }),
    question: fc.constant(question),
    designs: fc.array(design, { maxLength: 3 }),
    results: distinct(question === 'check' ? checked : cell),
    allPrograms: fc.array(anyProgram, { maxLength: question === 'check' ? 0 : 2 }),
    problems: fc.array(problem, { maxLength: 2 }),
    timing: fc.record({ milliseconds: fc.nat() }),
    exit: fc.record({
      code: fc.constantFrom(0, 10, 20, 30, 40, 50, 64, 65, 70, 130),
      meaning: hostile,
    }),
  }),
);

/** With a baseline, or without. */
export const anyReport: fc.Arbitrary<Report> = anyRun.chain(report =>
  fc
    .option(against(report.results), { nil: null })
    .map(baseline => (baseline === null ? report : { ...report, baseline })),
);
