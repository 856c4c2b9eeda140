/** docs/fidelity.md: how far the model says what kernels say, by release, by topic of the corpus and by guard. */
import type { Agreement } from '../proofs/agreement.js';
import { agreements } from '../proofs/agreement.js';
import type { ProgramVerdict } from '../proofs/cell.js';
import { count, wrap } from './layout.js';
import { pipeTable } from './markdown.js';

export interface Compared {
  /** File of the corpus and program. */
  readonly file: string;
  readonly program: string;
  readonly model: ProgramVerdict;
  readonly agreement: Agreement;
}

export interface FidelityOf {
  /** `linux-6.18`. */
  readonly design: string;
  readonly kernel: string;
  /** A kernel was asked; else its sources were read. */
  readonly isConfirmed: boolean;
  readonly programs: readonly Compared[];
}

/** Programs whose verdict under a design is not that of `linux-6.18`. */
export interface Change {
  readonly design: string;
  readonly changes: readonly { readonly file: string; readonly program: string; readonly verdict: string }[];
}

const heads: Readonly<Record<Agreement, string>> = {
  same: 'same',
  'other-message': 'other message',
  'other-verdict': 'other verdict',
  unsupported: 'unsupported',
  unanswered: 'no answer',
};

const tally = (all: readonly Compared[], keyOf: (c: Compared) => string): string[][] => {
  const keys = [...new Set(all.map(keyOf))].sort();
  return keys.map(key => {
    const mine = all.filter(c => keyOf(c) === key);
    return [key, String(mine.length), ...agreements.map(a => String(mine.filter(c => c.agreement === a).length))];
  });
};
const columns = (what: string): string[] => [what, 'programs', ...agreements.map(a => heads[a])];
/** The `btf-` and `placement-` files have one question each; as topics they are one. */
const topicOf = (c: Compared): string => c.file.replace(/^(btf|placement)-.*/, '$1').replace(/-raw$/, '');

const release = (f: FidelityOf): string[] => {
  const label = f.isConfirmed ? `as Linux ${f.kernel} answered` : 'from source, not confirmed by a kernel';
  const all = tally(f.programs, () => 'all');
  const reasons = new Map<string, number>();
  for (const { agreement, model } of f.programs)
    if (agreement === 'unsupported') reasons.set(model.reason ?? '', (reasons.get(model.reason ?? '') ?? 0) + 1);
  return [
    `## ${f.design}: ${label}`,
    '',
    ...pipeTable(columns('topic'), [...tally(f.programs, topicOf), ...all]),
    '',
    'By the guard that the model names:',
    '',
    ...pipeTable(
      columns('guard'),
      tally(
        f.programs.filter(c => c.model.verdict === 'reject'),
        c => c.model.guard ?? '',
      ),
    ),
    '',
    ...(reasons.size === 0
      ? []
      : [
          'What the model does not follow, and says so:',
          '',
          ...pipeTable(
            ['unsupported', 'programs'],
            [...reasons].sort(([a], [b]) => (a < b ? -1 : 1)).map(([why, n]) => [why, String(n)]),
          ),
          '',
        ]),
  ];
};

/** Returns the page. */
export const fidelityDoc = (all: readonly FidelityOf[], changes: readonly Change[]): string =>
  `${[
    '# Fidelity',
    '',
    ...wrap(
      'How far the model says what kernels say: the corpus of `test/kernel/`, compiled by clang and read by the front end for objects, ' +
        'beside what was recorded of each kernel. Same: the same verdict, and for a rejection the same message: to the letter, ' +
        'or with holes of the kernel left open where the model knows nothing of what stands there. No answer: the kernel gave none, or ' +
        'reported a bug of its own (`verifier bug: ...`). Generated: `HOLDFAST_THOROUGH=1 npx vitest run test/kernel/model.test.ts -u`.',
      132,
    ),
    '',
    ...all.flatMap(release),
    '## What the designs would change',
    '',
    ...wrap('Programs of the corpus whose verdict under a design is not that under `linux-6.18`.', 132),
    '',
    ...changes.flatMap(({ design, changes: list }) => [
      `### ${design}: ${count(list.length, 'program')}`,
      '',
      ...[...new Set(list.map(c => c.verdict))].sort().flatMap(verdict => [
        `- ${verdict}: ${list
          .filter(c => c.verdict === verdict)
          .map(c => `\`${c.file}:${c.program}\``)
          .join(', ')}`,
      ]),
      ...(list.length === 0 ? ['None.'] : []),
      '',
    ]),
  ]
    .join('\n')
    .trimEnd()}\n`;
