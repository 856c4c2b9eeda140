/** Cells as the matrix gives them, made by hand: one of each kind. */
import type { At } from '../../../model/program.js';
import type { Cell, Counterexample, ProgramVerdict } from '../../../proofs/cell.js';
import type { Sources } from '../../../reports/sources.js';

export const FILE = 'scenarios/two-locks/crossed.bpf.c';
export const at = (line: number): At => ({ file: FILE, line, column: 2 });
export const sources: Sources = {
  name: f => f,
  line: a => (a.line === 47 ? '\tbpf_list_push_back(&head2, &n->list);' : null),
  text: f => (f === FILE ? `${'\n'.repeat(46)}\tbpf_list_push_back(&head2, &n->list);\n` : null),
};
export const commandFor = (scenario: string, design: string): string => `holdfast compare --cell ${scenario}@${design}`;
export const tool = { name: 'holdfast', version: '1.2.3' };

export const accepted = (program: string): ProgramVerdict => ({
  program,
  verdict: 'accept',
  guard: null,
  message: null,
  kernelFunction: null,
  reason: null,
  at: null,
  path: [],
});

export const rejected = (program: string): ProgramVerdict => ({
  ...accepted(program),
  verdict: 'reject',
  guard: 'head-lock-matches',
  message: 'held lock and object are not in the same allocation',
  kernelFunction: 'check_reg_allocation_locked',
  at: at(47),
  path: [
    { event: 'bpf_spin_lock', text: 'bpf_spin_lock(&lock1)', at: at(46) },
    { event: 'bpf_list_push_back', text: 'bpf_list_push_back(&head2, n)', at: at(47) },
  ],
});

export const race: Counterexample = {
  property: 'list-race',
  reason: 'two CPUs work on the structure at once',
  wrongLock: 'no lock is held at all operations on .data.A+16: wrong with .data.A+0, right with .data.A+8',
  minimal: true,
  replayed: true,
  initial: [
    {
      what: 'node',
      is: 'allocated',
      edge: null,
    },
  ],
  steps: [
    {
      run: 'wrong',
      cpu: 'CPU 0',
      event: 'bpf_spin_lock',
      text: 'takes lock1',
      at: at(46),
      changes: [
        {
          what: 'lock .data.A+0',
          from: 'free',
          to: 'held by wrong',
          edge: { relation: 'holds', subject: 'wrong', before: null, after: 'lock .data.A+0' },
        },
      ],
    },
    { run: 'right', cpu: 'CPU 1', event: 'bpf_spin_lock', text: 'takes lock2', at: at(60), changes: [] },
    { run: 'wrong', cpu: 'CPU 0', event: 'bpf_list_push_back', text: 'enters head2', at: at(47), changes: [] },
  ],
};

export const cell = (scenario: string, design: string, over: Partial<Cell> = {}): Cell => ({
  scenario,
  design,
  verdict: 'accept',
  guard: null,
  programs: [accepted('prog')],
  safety: 'safe',
  property: null,
  cell: 'ok',
  counterexample: null,
  evidence: { explicit: 'safe, 12 states', smt: 'unreachable' },
  disagreements: [],
  expected: { text: 'accept, safe', met: true },
  ...over,
});

export const unsound = (scenario: string, design: string, over: Partial<Cell> = {}): Cell =>
  cell(scenario, design, {
    safety: 'violated',
    property: 'list-race',
    cell: 'unsound',
    counterexample: race,
    expected: { text: 'accept, list-race', met: true },
    ...over,
  });

export const overStrict = (scenario: string, design: string, over: Partial<Cell> = {}): Cell =>
  cell(scenario, design, {
    verdict: 'reject',
    guard: 'head-lock-matches',
    programs: [rejected('prog')],
    cell: 'over-strict',
    expected: { text: 'reject at head-lock-matches, safe', met: true },
    ...over,
  });

export const unknown = (scenario: string, design: string, over: Partial<Cell> = {}): Cell =>
  cell(scenario, design, {
    verdict: 'unknown',
    programs: [{ ...accepted('prog'), verdict: 'unknown', reason: 'bound-reached: nested callbacks' }],
    cell: 'unknown',
    expected: null,
    ...over,
  });

export const notApplicable = (scenario: string, design: string): Cell =>
  cell(scenario, design, {
    verdict: 'not-applicable',
    safety: 'unknown',
    cell: 'not-applicable',
    programs: [],
    expected: { text: 'not-applicable', met: true },
  });

export const cells: readonly Cell[] = [
  cell('identity/one-load', 'ptr-id'),
  cell('identity/one-load', 'fresh-id'),
  cell('identity/one-load', 'guarded-by', { expected: { text: 'reject at unlock-same-lock, safe', met: false } }),
  unsound('two-locks/crossed', 'ptr-id'),
  notApplicable('two-locks/crossed', 'fresh-id'),
  overStrict('two-locks/crossed', 'guarded-by'),
  unknown('two-locks/right', 'ptr-id'),
];
