/** A small matrix with one of each kind of cell, and a race of twenty steps on two CPUs and user space. */
import { guardedBy } from '../../../../model/designs/guarded-by.js';
import { ptrId } from '../../../../model/designs/ptr-id.js';
import type { Change, Counterexample, TraceStep } from '../../../../proofs/cell.js';
import type { Report } from '../../../../reports/report.js';
import { reportOfComparison } from '../../../../reports/report.js';
import type { Sources } from '../../../../reports/sources.js';
import { FILE, at, cells, commandFor, race, tool, unsound } from '../fixtures.js';

const lines = Array.from({ length: 80 }, (_, i) =>
  i === 46
    ? '\tbpf_list_push_back(&head2, &n->list);'
    : i % 9 === 0
      ? `/* line ${String(i + 1)} */`
      : `\tint v${String(i)} = 1;`,
);
export const text = `${lines.join('\n')}\n`;
export const sources: Sources = {
  name: f => f,
  line: a => (a.file === FILE ? (lines[a.line - 1] ?? null) : null),
  text: f => (f === FILE ? text : null),
};

const pointer = (
  subject: string,
  relation: 'works on' | 'owns',
  before: string | null,
  after: string | null,
): Change => ({
  what: `${subject} ${relation}`,
  from: before ?? 'nothing',
  to: after ?? 'nothing',
  edge: { relation, subject, before, after },
});
const lock = (run: string, name: string, isTaken: boolean): Change => ({
  what: name,
  from: isTaken ? 'free' : `held by ${run}`,
  to: isTaken ? `held by ${run}` : 'free',
  edge: { relation: 'holds', subject: run, before: isTaken ? null : name, after: isTaken ? name : null },
});
const step = (run: string, cpu: string, event: string, line: number, ...changes: Change[]): TraceStep => ({
  run,
  cpu,
  event,
  text: event,
  at: at(line),
  changes,
});

const round = (n: number): readonly TraceStep[] => [
  step('wrong', 'CPU 0', 'bpf_obj_new(n)', 43, pointer('wrong', 'owns', null, `node@${String(n)}`)),
  step('wrong', 'CPU 0', 'bpf_spin_lock(&lock1)', 46, lock('wrong', 'lock .data.A+0', true)),
  step('wrong', 'CPU 0', 'bpf_list_push_back(&head2, n)', 47, pointer('wrong', 'owns', `node@${String(n)}`, null)),
  step('wrong', 'CPU 0', 'bpf_spin_unlock(&lock1)', 48, lock('wrong', 'lock .data.A+0', false)),
  step('user', 'user space', 'user_update', 9),
  step('right', 'CPU 1', 'bpf_map_lookup_elem(v)', 60),
];
export const longRace: Counterexample = {
  ...race,
  initial: [
    {
      what: 'm[0]',
      is: 'm{0}',
      edge: { relation: 'has', subject: 'm', object: 'm{0}' },
    },
  ],
  steps: [
    ...[0, 1, 2].flatMap(round),
    step('wrong', 'CPU 0', 'bpf_list_push_back(&head2, n)', 47, pointer('wrong', 'works on', null, '.data.A')),
    step('right', 'CPU 1', 'bpf_list_push_back(&head2, n)', 61),
  ],
};

const plain = reportOfComparison(
  {
    tool,
    cells: [...cells, unsound('two-locks/long', 'ptr-id', { counterexample: longRace })],
    problems: [{ kind: 'unsupported', construct: 'inline assembly', at: at(3) }],
    allPrograms: [],
    exit: { code: 10, meaning: 'a claim is violated' },
    timing: { milliseconds: 0 },
    sources,
    commandFor,
  },
  [],
  [ptrId, guardedBy],
);

export const sample: Report = {
  ...plain,
  results: plain.results.map(r => ({
    ...r,
    file: FILE,
    asks: `May ${r.subject} be?`,
    origin: { author: 'A. Developer', message: '20240101000000.1-1-a@example.org', kernel: null },
  })),
};

/** The same report with one of its results only. */
export const only = (id: string): Report => ({ ...sample, results: sample.results.filter(r => r.id === id) });
