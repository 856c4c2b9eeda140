/**
 * This run against an earlier one: which answers differ, and which of the differences are regressions.
 *
 * A verdict, safety, property or cell that changes is a regression, whichever way it goes: somebody has to look at it. So is an answer
 * that is lost. An answer that is gained, and another guard or message of the same answer, are notes.
 */
import type { Cell, CellKind } from '../proofs/cell.js';
import type { CheckResult } from './check.js';
import { idOfCell, idOfVerdict } from './id.js';
import { answered } from './json.js';
import type { Sources } from './sources.js';
import type { Tool } from './tool.js';

/** What is compared of one answer, of this run or of a saved one. */
export interface Answer {
  /** As the result is called in every format. */
  readonly id: string;
  /** The scenario; of verdicts, the file. */
  readonly about: string;
  readonly design: string;
  readonly verdict: string;
  readonly guard: string | null;
  readonly message: string | null;
  /** Null for verdicts: nobody asked what a run may break. */
  readonly safety: string | null;
  readonly property: string | null;
  readonly cell: CellKind | null;
}

/** The answers of a saved report. */
export interface Baseline {
  readonly file: string;
  readonly tool: Tool;
  readonly answers: readonly Answer[];
}

export interface AnswerChange {
  readonly id: string;
  readonly trend: 'worse' | 'better' | 'different';
  /** `became unsound`, `now accepted`, `lost its answer`. */
  readonly what: string;
  readonly was: string;
  readonly is: string;
}

/** How a run differs from a baseline. */
export interface Against {
  /** The baseline, as the reader names it, and who wrote it. */
  readonly file: string;
  readonly tool: Tool;
  readonly regressions: readonly AnswerChange[];
  readonly notes: readonly AnswerChange[];
  /** Results that the baseline does not have. */
  readonly added: readonly string[];
  /** Results of the baseline that there are no more, though this run asked where they were. */
  readonly gone: readonly string[];
  /** How many results of the baseline this run did not ask for. */
  readonly notAsked: number;
  /** How many answers are as they were, to the letter. */
  readonly same: number;
}

/** What this run did about an answer of the baseline that it does not have. */
export type Absence = 'no-answer' | 'gone' | 'not-asked';

export const answerOfCell = (c: Cell): Answer => ({
  id: idOfCell(c),
  about: c.scenario,
  design: c.design,
  verdict: c.verdict,
  guard: c.guard,
  message: null,
  safety: c.safety,
  property: c.property,
  cell: c.cell,
});

export const answerOfVerdict = ({ file, design, verdict: v }: CheckResult, sources: Sources): Answer => ({
  id: idOfVerdict(sources.name(file), v.program, design),
  about: sources.name(file),
  design,
  verdict: answered(v.verdict),
  guard: v.guard,
  message: v.message,
  safety: null,
  property: null,
  cell: null,
});

const answeredVerdicts: ReadonlySet<string> = new Set(['accept', 'reject', 'not-applicable']);
const isVerdict = (a: Answer): boolean => a.cell === null;
const isAnswered = (a: Answer): boolean => (isVerdict(a) ? answeredVerdicts.has(a.verdict) : a.cell !== 'unknown');

/** `unsound: accept, list-race`, `reject at unlock-same-lock: ...`, `unsupported`. */
export const answerText = (a: Answer): string => {
  const verdict = `${a.verdict}${a.guard === null ? '' : ` at ${a.guard}`}${a.message === null ? '' : `: ${a.message}`}`;
  if (isVerdict(a) || a.verdict === 'not-applicable') return verdict;
  return `${a.cell ?? ''}: ${verdict}, ${a.safety === 'violated' ? (a.property ?? 'violated') : (a.safety ?? '')}`;
};

/** The lower the better. Soundness comes first. */
const rank: Readonly<Record<CellKind, number>> = {
  ok: 0,
  'not-applicable': 0,
  'over-strict': 1,
  unsound: 2,
  unknown: 3,
};
const became: Readonly<Record<CellKind, string>> = {
  ok: 'now ok',
  'not-applicable': 'no longer applicable',
  'over-strict': 'became over-strict',
  unsound: 'became unsound',
  unknown: 'lost its answer',
};

const verdictFlip = (is: Answer): Pick<AnswerChange, 'trend' | 'what'> => {
  if (is.verdict === 'reject') return { trend: 'worse', what: 'now rejected' };
  // A program that has to be rejected has lost its guard, another has got what it wants: we can't know.
  return { trend: 'different', what: is.verdict === 'accept' ? 'now accepted' : `now ${is.verdict}` };
};

const flip = (was: Answer, is: Answer): Pick<AnswerChange, 'trend' | 'what'> => {
  if (was.cell === null || is.cell === null) return verdictFlip(is);
  if (was.cell !== is.cell)
    return {
      trend: rank[is.cell] > rank[was.cell] ? 'worse' : rank[is.cell] < rank[was.cell] ? 'better' : 'different',
      what: became[is.cell],
    };
  return {
    trend: 'different',
    what: was.verdict === is.verdict ? 'breaks something else' : verdictFlip(is).what,
  };
};

/** What one answer claims: what it does not know is no claim. */
const claims = (a: Answer): readonly (string | null)[] => [
  answeredVerdicts.has(a.verdict) ? a.verdict : null,
  a.safety === 'unknown' ? null : a.safety,
  a.property,
  a.cell === 'unknown' ? null : a.cell,
];

interface Judged extends Omit<AnswerChange, 'id'> {
  readonly isRegression: boolean;
  /** The same answer in other words. */
  readonly isWording: boolean;
}

/** Returns how `is` differs from `was`, or null if it does not. */
const judged = (was: Answer, is: Answer): Judged | null => {
  const change = (trend: AnswerChange['trend'], what: string, isRegression: boolean, isWording = false): Judged => ({
    trend,
    what,
    was: answerText(was),
    is: answerText(is),
    isRegression,
    isWording,
  });
  const before = claims(was);
  const after = claims(is);
  if (before.every((c, i) => c === after[i])) {
    if (was.guard === is.guard && was.message === is.message) return null;
    return change('different', was.guard === is.guard ? 'another message' : 'another guard', false, true);
  }
  if (isAnswered(was) && !isAnswered(is)) return change('worse', 'lost its answer', true);
  if (!isAnswered(was) && isAnswered(is)) return change('better', 'now answered', false);
  if (isAnswered(was)) {
    const { trend, what } = flip(was, is);
    return change(trend, what, true);
  }
  // Neither is a whole answer: what the old one claimed has to stay.
  return before.every((c, i) => c === null || c === after[i])
    ? change('better', 'now answered in part', false)
    : change('worse', 'lost part of its answer', true);
};
const told = (id: string, { trend, what, was, is }: Judged): AnswerChange => ({ id, trend, what, was, is });

/** Two programs of one name in one object have one id: they are told apart by their order. */
const byName = (answers: readonly Answer[]): ReadonlyMap<string, Answer> => {
  const named = new Map<string, Answer>();
  for (const a of answers) {
    let name = a.id;
    for (let n = 2; named.has(name); n++) name = `${a.id}#${String(n)}`;
    named.set(name, a);
  }
  return named;
};

export interface Compared {
  readonly against: Against;
  /** True iff the baseline has the same answer as the i-th one, perhaps in other words. */
  readonly isKnown: (i: number) => boolean;
}

/** Compares the answers of this run with a baseline. `absence` says what became of those that this run does not have. */
const compared = (baseline: Baseline, answers: readonly Answer[], absence: (a: Answer) => Absence): Compared => {
  const before = byName(baseline.answers);
  const now = byName(answers);
  const regressions: AnswerChange[] = [];
  const notes: AnswerChange[] = [];
  const added: string[] = [];
  const gone: string[] = [];
  const known: boolean[] = [];
  let notAsked = 0;
  let same = 0;
  for (const [name, is] of now) {
    const was = before.get(name);
    const change = was === undefined ? null : judged(was, is);
    if (was === undefined) added.push(name);
    if (change !== null) (change.isRegression ? regressions : notes).push(told(name, change));
    if (was !== undefined && change === null) same++;
    known.push(was !== undefined && (change === null || change.isWording));
  }
  for (const [name, was] of before) {
    if (now.has(name)) continue;
    const what = absence(was);
    if (what === 'not-asked') notAsked++;
    else if (what === 'gone' || !isAnswered(was)) gone.push(name);
    else
      regressions.push({
        id: name,
        trend: 'worse',
        what: 'lost its answer',
        was: answerText(was),
        is: 'no answer',
      });
  }
  return {
    against: { file: baseline.file, tool: baseline.tool, regressions, notes, added, gone, notAsked, same },
    isKnown: i => known[i] ?? false,
  };
};

export const againstCells = (b: Baseline, cells: readonly Cell[], absence: (a: Answer) => Absence): Compared =>
  compared(b, cells.map(answerOfCell), absence);

export const againstVerdicts = (
  b: Baseline,
  results: readonly CheckResult[],
  sources: Sources,
  absence: (a: Answer) => Absence,
): Compared =>
  compared(
    b,
    results.map(r => answerOfVerdict(r, sources)),
    absence,
  );
