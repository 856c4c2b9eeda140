/** Exit codes, one meaning each, and the one total function from findings to a code. */
import type { Cell, ProgramVerdict } from '../proofs/cell.js';
import { cellKind } from '../proofs/cell.js';
import type { Problem } from '../reports/matrix.js';
import { isUnexpected } from '../reports/matrix.js';

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

/** What can be wrong, in the order of precedence: if several apply, the first decides. */
const codeOf = {
  interrupted: 130,
  usage: 64,
  internal: 70,
  disagreement: 40,
  violated: 10,
  'bad-input': 65,
  regression: 50,
  vacuous: 30,
  inconclusive: 20,
} as const satisfies Readonly<Record<string, ExitCode>>;
export type Finding = keyof typeof codeOf;
export const findings = Object.keys(codeOf) as readonly Finding[];

/** Returns 0 iff nothing was found. */
export const exitCode = (found: Iterable<Finding>): ExitCode => {
  const set = new Set(found);
  const first = findings.find(f => set.has(f));
  return first === undefined ? 0 : codeOf[first];
};

export const exitLine = (code: ExitCode): string => `exit ${String(code)}: ${exitMeanings[code]}`;

export const findingOfProblem = (p: Problem): Finding => (p.kind === 'unsupported' ? 'inconclusive' : 'bad-input');

/**
 * A cell is a finding if it is not what its scenario expects, if it is unsound and nobody expects anything, or if there is no
 * answer. An unsound or over-strict cell that is expected is what the comparison is there to show.
 */
export const findingsOfCell = (c: Cell): readonly Finding[] => {
  const found: Finding[] = [];
  if (c.disagreements.length > 0 || c.counterexample?.replayed === false) found.push('disagreement');
  const isUnsound = c.cell === 'unsound' || cellKind(c.verdict, c.safety) === 'unsound';
  const isAnswered = c.cell !== 'unknown' && cellKind(c.verdict, c.safety) !== 'unknown';
  if (c.expected === null ? isUnsound : isUnexpected(c)) found.push('violated');
  if (!isAnswered) found.push('inconclusive');
  return found;
};

/** Nothing asked is nothing shown: a comparison without cells is vacuous. */
export const findingsOfComparison = (cells: readonly Cell[], problems: readonly Problem[]): readonly Finding[] => [
  ...cells.flatMap(findingsOfCell),
  ...problems.map(findingOfProblem),
  ...(cells.length === 0 && problems.length === 0 ? (['vacuous'] as const) : []),
];

const ofVerdict: Readonly<Record<ProgramVerdict['verdict'], Finding | null>> = {
  accept: null,
  reject: 'violated',
  unsupported: 'inconclusive',
  unknown: 'inconclusive',
  'not-applicable': 'inconclusive',
};
export const findingOfVerdict = (v: ProgramVerdict): Finding | null => ofVerdict[v.verdict];

export const findingsOfCheck = (
  verdicts: readonly ProgramVerdict[],
  problems: readonly Problem[],
): readonly Finding[] => [
  ...verdicts.flatMap(v => findingOfVerdict(v) ?? []),
  ...problems.map(findingOfProblem),
  ...(verdicts.length === 0 && problems.length === 0 ? (['vacuous'] as const) : []),
];
