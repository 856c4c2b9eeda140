/** Reports with texts of people who mean harm. */
import * as fc from 'fast-check';
import type { At } from '../../../../model/program.js';
import { propertyIds } from '../../../../model/properties.js';
import { cellKinds, relations } from '../../../../proofs/cell.js';
import { outcomes } from '../../../../reports/outcome.js';
import type { Report, Result } from '../../../../reports/report.js';

export const hostile: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ maxLength: 30 }),
  fc.constantFrom(
    '</script><script>alert(1)</script>',
    '<!--<script>',
    '--><img src=x onerror=alert(1)>',
    '</main><iframe src="javascript:alert(1)"></iframe>',
    '"><b onclick="alert(1)">',
    "' autofocus onfocus='alert(1)",
    '</title><style>*{display:none}</style>',
    ']]>',
    '&lt;b&gt;&amp;#60;',
    '\u0000\u001b[31mred\u0007\r\n',
    '\u202egnp.c',
    '\ud800',
    '__proto__',
    'constructor',
    '\u2028',
    '{{constructor.constructor("alert(1)")()}}',
  ),
);
const orNull = <T>(a: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(a, { nil: null });
const texts = fc.array(hostile, { maxLength: 2 });

const place: fc.Arbitrary<At> = fc.record({ file: hostile, line: fc.nat(9), column: fc.nat(9) });
const verdict = fc.constantFrom('accept', 'reject', 'unsupported', 'not-applicable', 'unknown');
const origin = fc.record({ author: orNull(hostile), message: orNull(hostile), kernel: orNull(hostile) });
const relation = fc.constantFrom(...relations);

const change = fc.record({
  what: hostile,
  from: hostile,
  to: hostile,
  edge: orNull(fc.record({ relation, subject: hostile, before: orNull(hostile), after: orNull(hostile) })),
});
const counterexample = fc.record({
  property: fc.constantFrom(...propertyIds),
  reason: hostile,
  initial: fc.array(
    fc.record({ what: hostile, is: hostile, edge: orNull(fc.record({ relation, subject: hostile, object: hostile })) }),
    { maxLength: 2 },
  ),
  steps: fc.array(
    fc.record({
      run: hostile,
      cpu: hostile,
      event: hostile,
      text: hostile,
      at: orNull(place),
      changes: fc.array(change, { maxLength: 2 }),
    }),
    { maxLength: 4 },
  ),
  wrongLock: orNull(hostile),
  minimal: fc.boolean(),
  replayed: fc.boolean(),
});
const program = fc.record({
  program: hostile,
  verdict,
  guard: orNull(hostile),
  message: orNull(hostile),
  kernelFunction: orNull(hostile),
  reason: orNull(hostile),
  at: orNull(place),
  path: fc.array(fc.record({ event: hostile, text: hostile, at: place }), { maxLength: 2 }),
});
const diagnosis = fc.record({
  category: fc.oneof(hostile, fc.constantFrom(...propertyIds)),
  title: hostile,
  subject: hostile,
  reason: texts,
  at: orNull(place),
  path: fc.array(fc.record({ actor: hostile, text: hostile, at: orNull(place), changes: texts }), { maxLength: 3 }),
  pathNote: hostile,
  suggestion: hostile,
});

const result: fc.Arbitrary<Result> = fc.record({
  id: hostile,
  subject: hostile,
  scenario: orNull(hostile),
  program: orNull(hostile),
  design: hostile,
  file: hostile,
  at: place,
  asks: orNull(hostile),
  origin: orNull(origin),
  outcome: fc.constantFrom(...outcomes),
  verdict,
  guard: orNull(hostile),
  safety: orNull(fc.constantFrom('safe', 'violated', 'unknown')),
  property: orNull(fc.constantFrom(...propertyIds)),
  cell: orNull(fc.constantFrom(...cellKinds)),
  found: hostile,
  expected: orNull(fc.record({ text: hostile, met: fc.boolean() })),
  why: orNull(hostile),
  programs: fc.array(program, { maxLength: 2 }),
  counterexample: orNull(counterexample),
  diagnoses: fc.array(diagnosis, { maxLength: 2 }),
  evidence: orNull(fc.record({ explicit: hostile, smt: hostile })),
  disagreements: fc.array(fc.record({ question: hostile, explicit: hostile, smt: hostile }), { maxLength: 1 }),
  fingerprint: orNull(hostile),
  command: hostile,
});

export const anyReport: fc.Arbitrary<Report> = fc.record({
  tool: fc.record({ name: hostile, version: hostile }),
  question: fc.constantFrom('check', 'compare'),
  designs: fc.array(fc.record({ id: hostile, title: hostile, origin, baseline: hostile }), { maxLength: 2 }),
  results: fc.array(result, { maxLength: 4 }),
  problems: fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('unsupported' as const), construct: hostile, at: place }),
      fc.record({ kind: fc.constant('input-error' as const), message: hostile, at: place }),
    ),
    { maxLength: 2 },
  ),
  exit: fc.record({ code: fc.nat(130), meaning: hostile }),
});
