import { expect, test } from 'vitest';
import { ptrId } from '../../../model/designs/ptr-id.js';
import { diagnosisMarkdown, diagnosisText } from '../../../reports/diagnosis.js';
import { counterexampleOf } from '../../../reports/counterexample.js';
import { wrap } from '../../../reports/layout.js';
import type { Comparison } from '../../../reports/matrix.js';
import { paintOf, plain } from '../../../reports/paint.js';
import { reportOfCheck, reportOfComparison } from '../../../reports/report.js';
import type { TextOptions } from '../../../reports/text.js';
import { reportText } from '../../../reports/text.js';
import { rejectionOf } from '../../../reports/verdict.js';
import {
  accepted,
  at,
  cell,
  cells,
  commandFor,
  overStrict,
  race,
  rejected,
  sources,
  tool,
  unsound,
} from './fixtures.js';

const comparison: Comparison = {
  tool,
  cells,
  problems: [],
  allPrograms: [],
  exit: { code: 10, meaning: 'a claim is violated' },
  timing: { milliseconds: 12 },
  sources,
  commandFor,
};
const options = { paint: plain, width: 90, quiet: false, traces: false, whole: false };
const comparisonText = (c: Comparison, o: TextOptions): string =>
  reportText(reportOfComparison(c, [], [ptrId]), sources, o);

test('the matrix with few designs has their names over its columns', () => {
  expect(comparisonText(comparison, options)).toMatchInlineSnapshot(`
    "            ptr-id  fresh-id  guarded-by
    identity
      one-load  .       .         .  ! guarded-by
    two-locks
      crossed   U       -         s
      right     ?

    . ok, s over-strict, U unsound, - not-applicable, ? unknown, ! not as the scenario expects

          design      ok  over-strict  unsound  n/a  unknown
       1  ptr-id       1                     1             1
       2  fresh-id     1                          1
       3  guarded-by   1            1

    Unsound: accepted, though a run breaks something (1 cell)
      two-locks/crossed  list-race
          ptr-id
      See a counterexample, or all of them with --trace:
          holdfast compare --cell two-locks/crossed@ptr-id

    Over-strict: rejected, though no run breaks anything (1 cell)
      two-locks/crossed  rejected at head-lock-matches
          guarded-by

    Unknown: no answer (1 cell)
      two-locks/right  prog: bound-reached: nested callbacks
          ptr-id

    Not as the scenario expects (1 cell)
      identity/one-load@guarded-by
          expected reject at unlock-same-lock, safe
          got accept, safe

    3 scenarios, 3 designs: 3 ok, 1 over-strict, 1 unsound, 1 not-applicable, 1 unknown, 1 not
    as expected
    "
  `);
});

const many = Array.from({ length: 40 }, (_, i) => `design-${String(i + 1)}`);
const wide: Comparison = {
  ...comparison,
  cells: ['identity/head-of-same-element-twice', 'two-locks/crossed'].flatMap((s, n) =>
    many.map((d, i) =>
      i % 7 === n
        ? overStrict(s, d)
        : i === 30
          ? unsound(s, d, { expected: { text: 'accept, safe', met: false } })
          : cell(s, d),
    ),
  ),
};

test.each([80, 100, 120])('forty designs fit %i columns, the numbers counted from one', width => {
  const text = comparisonText(wide, { ...options, width });
  expect(text.split('\n').filter(l => l.length > width)).toEqual([]);
  expect(text).toContain('! 31');
});

test('forty designs at 120 columns', () => {
  expect(
    comparisonText(wide, { ...options, width: 120 })
      .split('\n')
      .slice(0, 8)
      .join('\n'),
  ).toMatchInlineSnapshot(`
    "                                                1 1 1 1 1 1 1 1 1 1 2 2 2 2 2 2 2 2 2 2 3 3 3 3 3 3 3 3 3 3 4
                                  1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0
    identity
      head-of-same-element-twice  s . . . . . . s . . . . . . s . . . . . . s . . . . . . s . U . . . . s . . . .  ! 31
    two-locks
      crossed                     . s . . . . . . s . . . . . . s . . . . . . s . . . . . . s U . . . . . s . . .  ! 31

    . ok, s over-strict, U unsound, - not-applicable, ? unknown, ! not as the scenario expects"
  `);
});

test('a narrow terminal gets the matrix in blocks, every design once', () => {
  const text = comparisonText(wide, { ...options, width: 50 });
  const rows = text.split('\n').filter(l => l.startsWith('  crossed'));
  expect(rows.length).toBeGreaterThan(1);
  expect(
    rows
      .map(r =>
        r
          .replace(/^ {2}crossed/, '')
          .replace(/!.*/, '')
          .replaceAll(' ', ''),
      )
      .join(''),
  ).toHaveLength(40);
});

test('quiet says only what is wrong', () => {
  const text = comparisonText(comparison, { ...options, quiet: true });
  expect(text).not.toContain('Over-strict');
  expect(text).not.toContain('fresh-id');
  expect(text).toContain('Unsound');
  expect(text).toContain('Not as the scenario expects');
});

test('a counterexample has five sections and a column for each CPU', () => {
  expect(diagnosisText(counterexampleOf(unsound('two-locks/crossed', 'ptr-id'), race), sources, plain, 100))
    .toMatchInlineSnapshot(`
      "list-race: Two CPUs are inside operations on one list head or tree root at once
        two-locks/crossed: ptr-id accepts every program; this run of the machine breaks list-race

      Reason
        Two CPUs work on the structure at once.
        It happens at step 3, bpf_list_push_back by CPU 0 wrong.
        wrong-lock: no lock is held at all operations on .data.A+16: wrong with .data.A+0, right with
        .data.A+8.

      At
        scenarios/two-locks/crossed.bpf.c:47:2
          47 |     bpf_list_push_back(&head2, &n->list);

      Causal path  (3 steps, no shorter run breaks anything, replayed)
           CPU 0 wrong                                    CPU 1 right
        1  takes lock1 :46
             lock .data.A+0: free -> held by wrong
        2                                                 takes lock2 :60
        3  enters head2 :47

      Suggestion
        Two locks open one structure. Ask for one lock for each head: compare more of its identity, or let
        the program declare which lock it is.
      "
    `);
});

test('where columns do not fit, the steps name who takes them', () => {
  const text = diagnosisText(counterexampleOf(unsound('two-locks/crossed', 'ptr-id'), race), sources, plain, 60);
  expect(text).toContain('  1  CPU 0 wrong  takes lock1 :46');
  expect(text).toContain('  2  CPU 1 right  takes lock2 :60');
});

test('a trace that was not replayed is not passed off as evidence', () => {
  const text = diagnosisText(
    counterexampleOf(unsound('a/b', 'ptr-id'), { ...race, replayed: false }),
    sources,
    plain,
    100,
  );
  expect(text).toContain('NOT REPLAYED');
});

test('a rejection has five sections, from the rule and the design', () => {
  expect(diagnosisText(rejectionOf(rejected('prog'), ptrId), sources, plain, 100)).toMatchInlineSnapshot(`
    "head-lock-matches: held lock and object are not in the same allocation
      prog is rejected by ptr-id

    Reason
      The guard asks for: the lock of the structure is held.
      The kernel tests it in check_reg_allocation_locked.
      It protects against list-race (two CPUs are inside operations on one list head or tree root at
      once); wrong-lock (no single lock is held at all operations on one published structure).
      Here the design decides by its guard: the lock with the same ptr and id as the head.

    At
      scenarios/two-locks/crossed.bpf.c:47:2
        47 |     bpf_list_push_back(&head2, &n->list);

    Causal path  (2 events of the path that the verifier explored)
      1  bpf_spin_lock(&lock1) :46
      2  bpf_list_push_back(&head2, n) :47

    Suggestion
      Take the lock that this design ties to the structure, through the same pointer as the head.
    "
  `);
});

test('a rejection for a mail keeps to 80 columns', () => {
  const text = diagnosisMarkdown(rejectionOf(rejected('prog'), ptrId), sources);
  expect(Math.max(...text.split('\n').map(l => l.length))).toBeLessThanOrEqual(80);
  expect(text).toContain('**Suggestion**');
});

test('a cell on its own shows verdict, evidence and expectation', () => {
  const text = comparisonText(
    { ...comparison, cells: [unsound('two-locks/crossed', 'ptr-id')] },
    { ...options, whole: true },
  );
  expect(text).toContain('two-locks/crossed@ptr-id: unsound');
  expect(text).toContain('explicit: safe, 12 states');
  expect(text).toContain('expected: accept, list-race');
  expect(text).toContain('Causal path');
});

test('check gathers equal rejections and keeps the problems', () => {
  const checked = {
    tool,
    designs: [ptrId, { ...ptrId, id: 'twin' }],
    results: [
      { file: 'a.bpf.c', design: 'ptr-id', verdict: rejected('bad') },
      { file: 'a.bpf.c', design: 'ptr-id', verdict: accepted('good') },
      { file: 'a.bpf.c', design: 'twin', verdict: rejected('bad') },
      { file: 'a.bpf.c', design: 'twin', verdict: accepted('good') },
    ],
    problems: [{ kind: 'unsupported', construct: 'inline assembly', at: at(3) }] as const,
    exit: { code: 10, meaning: 'a claim is violated' },
    timing: { milliseconds: 12 },
    sources,
  };
  const text = reportText(reportOfCheck(checked), sources, options);
  expect(text.match(/^Reason$/gm)).toHaveLength(1);
  expect(text).toContain('bad is rejected by ptr-id, twin');
  expect(text).toContain('crossed.bpf.c:3:2: unsupported: inline assembly');
  expect(text.split('\n').slice(0, 5).join('\n')).toMatchInlineSnapshot(`
    "a.bpf.c
      bad   ptr-id  reject at head-lock-matches: held lock and object are not in the same allocation  :47
      bad   twin    reject at head-lock-matches: held lock and object are not in the same allocation  :47
      good  ptr-id  accept
      good  twin    accept"
  `);
});

test('colours are there only when asked for', () => {
  const escape = String.fromCharCode(27);
  expect(comparisonText(comparison, options)).not.toContain(escape);
  expect(comparisonText(comparison, { ...options, paint: paintOf(true) })).toContain(escape);
});

test('wrapping loses no word and keeps to the width', () => {
  const words = 'the lock that guarded_by names in the same value or a global one';
  expect(wrap(words, 20).join(' ')).toBe(words);
  expect(Math.max(...wrap(words, 20).map(l => l.length))).toBeLessThanOrEqual(20);
  expect(wrap('', 20)).toEqual([]);
});
