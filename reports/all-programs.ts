/** The answers about any accepted program, beside the scenarios. */
import type { AllProgramsAnswer } from '../proofs/all-programs.js';
import { bpfC } from './bpf-c.js';
import { prose } from './markdown-text.js';

/** What is said of an answer, without the programs as data. */
type Told = Omit<AllProgramsAnswer, 'program'> & { readonly program: string | null };

const count = (n: number): string => n.toLocaleString('en');

/** The bound of the answers, in words. */
export const boundOf = (a: Pick<Told, 'sizes'>): string =>
  `${String(a.sizes.runs)} runs, ${String(a.sizes.slots)} pointers and ${String(a.sizes.ids)} ids a run, ${String(a.sizes.nodes)} nodes, a section and an outer map with two inner maps`;

export const outcomeText = (a: Told): string => {
  switch (a.outcome) {
    case 'safe':
      return `nothing breaks: all ${count(a.states)} states seen`;
    case 'violated':
      return `${a.property ?? 'violated'} in ${String(a.counterexample?.steps.length ?? 0)} steps`;
    case 'not-completed':
      return `not-completed: something breaks, but no programs that do it could be finished (${count(a.states)} states)`;
    case 'bound-reached':
      return `bound-reached: nothing breaks in ${count(a.states)} states, which proves nothing`;
  }
};

const steps = (a: Told): string[] =>
  (a.counterexample?.steps ?? []).map((s, i) => {
    const changes = s.changes.map(c => `${c.what}: ${c.from} -> ${c.to}`).join('; ');
    return `      ${String(i + 1).padStart(2)}  ${s.run}  ${s.text}${changes === '' ? '' : `  (${changes})`}`;
  });

/** The programs as C, or null if nothing breaks. */
export const programOfAnswer = (a: AllProgramsAnswer): string | null =>
  a.program === null
    ? null
    : bpfC({
        ...a.program,
        question: `What does ${a.design} accept that ends in ${a.property ?? 'something bad'}?`,
        source: { kernel: 'bpf_check' },
        safety: a.property ?? 'safe',
        expect: new Map([[a.design, { verdict: 'accept' }]]),
      });
const program = (a: Told): string[] =>
  a.program === null
    ? []
    : [
        '',
        ...a.program
          .trimEnd()
          .split('\n')
          .map(l => (l === '' ? '' : `      ${l}`)),
        '',
      ];

export const allProgramsText = (answers: readonly Told[], traces: boolean): string[] => {
  const [first] = answers;
  if (first === undefined) return [];
  const width = Math.max(...answers.map(a => a.design.length));
  return [
    '',
    `Any program that the design accepts (${boundOf(first)}):`,
    ...(answers.some(a => a.outcome === 'violated')
      ? [
          '  (What breaks is shown by finished programs: the design accepts them on all branches, and the run was replayed.)',
        ]
      : []),
    ...answers.flatMap(a => [
      `  ${a.design.padEnd(width)}  ${outcomeText(a)}`,
      ...(traces ? [...steps(a), ...program(a)] : []),
    ]),
    '',
  ];
};

export const allProgramsMarkdown = (answers: readonly Told[]): string[] => {
  const [first] = answers;
  if (first === undefined) return [];
  return [
    '## Any accepted program',
    '',
    `Bound: ${boundOf(first)}.`,
    '',
    '| design | outcome |',
    '|---|---|',
    ...answers.map(a => `| ${prose(a.design)} | ${prose(outcomeText(a))} |`),
    '',
  ];
};
