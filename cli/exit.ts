/** Exit codes, one meaning each, and the one total function from findings to a code. */
import type { Cell, ProgramVerdict } from '../proofs/cell.js';
import type { Problem } from '../reports/matrix.js';
import type { Finding } from '../reports/outcome.js';
import { findingOfProblem, findingOfVerdict, findings, findingsOfCell } from '../reports/outcome.js';

export const exitMeanings = {
  0: 'all as claimed',
  10: 'a claim is violated',
  20: 'inconclusive',
  30: 'vacuous, uncovered or a surviving mutant',
  40: 'checkers disagree',
  50: 'regression against a baseline',
  64: 'wrong usage',
  65: 'bad input',
  70: 'internal error',
  130: 'interrupted',
} as const;
export type ExitCode = keyof typeof exitMeanings;

const codeOf: Readonly<Record<Finding, ExitCode>> = {
  interrupted: 130,
  usage: 64,
  internal: 70,
  disagreement: 40,
  violated: 10,
  'bad-input': 65,
  regression: 50,
  vacuous: 30,
  inconclusive: 20,
};

/** Returns 0 iff nothing was found. */
export const exitCode = (found: Iterable<Finding>): ExitCode => {
  const set = new Set(found);
  const first = findings.find(f => set.has(f));
  return first === undefined ? 0 : codeOf[first];
};

/** Returns what was found where a run ended with this code; null for 0. */
export const findingOf = (code: ExitCode): Finding | null => findings.find(f => codeOf[f] === code) ?? null;

export const isExitCode = (code: number): code is ExitCode => Object.hasOwn(exitMeanings, code);

export const exitLine = (code: ExitCode): string => `exit ${String(code)}: ${exitMeanings[code]}`;

/** Engines that disagree are news however often they did before. */
const newsOf = (found: readonly Finding[], isKnown: boolean): readonly Finding[] =>
  isKnown ? found.filter(f => f === 'disagreement') : found;

/** Nothing asked is nothing shown: a comparison without cells is vacuous. What is known is answered for already. */
export const findingsOfComparison = (
  cells: readonly Cell[],
  problems: readonly Problem[],
  isKnown: (c: Cell) => boolean = () => false,
): readonly Finding[] => [
  ...cells.flatMap(c => newsOf(findingsOfCell(c), isKnown(c))),
  ...problems.map(findingOfProblem),
  ...(cells.length === 0 && problems.length === 0 ? (['vacuous'] as const) : []),
];

export const findingsOfCheck = <R extends { readonly verdict: ProgramVerdict }>(
  results: readonly R[],
  problems: readonly Problem[],
  isKnown: (r: R) => boolean = () => false,
): readonly Finding[] => [
  ...results.flatMap(r => newsOf([findingOfVerdict(r.verdict) ?? []].flat(), isKnown(r))),
  ...problems.map(findingOfProblem),
  ...(results.length === 0 && problems.length === 0 ? (['vacuous'] as const) : []),
];
