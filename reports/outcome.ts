/** What can be wrong with an answer. The exit code, the outcome of a result and the level of an alert all follow from it. */
import type { Cell, ProgramVerdict } from '../proofs/cell.js';
import { cellKind } from '../proofs/cell.js';
import type { Problem } from './matrix.js';
import { isUnexpected } from './matrix.js';

/** In the order of precedence: if several apply, the first decides. */
export const findings = [
  'interrupted',
  'usage',
  'internal',
  'disagreement',
  'violated',
  'bad-input',
  'regression',
  'vacuous',
  'inconclusive',
] as const;
export type Finding = (typeof findings)[number];

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

const ofVerdict: Readonly<Record<ProgramVerdict['verdict'], Finding | null>> = {
  accept: null,
  reject: 'violated',
  unsupported: 'inconclusive',
  unknown: 'inconclusive',
  'not-applicable': 'inconclusive',
};
export const findingOfVerdict = (v: ProgramVerdict): Finding | null => ofVerdict[v.verdict];

/** `fail` makes the exit code 10 or 40, `unsupported` and `inconclusive` make it 20; the others leave it as it is. */
export const outcomes = ['pass', 'fail', 'unsupported', 'inconclusive', 'not-applicable'] as const;
export type Outcome = (typeof outcomes)[number];

/** Returns the outcome of an answer with this verdict in which this was found. */
export const outcomeOf = (verdict: ProgramVerdict['verdict'], found: readonly Finding[]): Outcome => {
  if (found.some(f => f === 'violated' || f === 'disagreement')) return 'fail';
  if (verdict === 'unsupported') return 'unsupported';
  if (found.length > 0) return 'inconclusive';
  return verdict === 'not-applicable' ? 'not-applicable' : 'pass';
};
