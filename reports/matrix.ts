/** The cells as a table: scenarios by topic, designs in the order they were asked, and the same findings gathered. */
import type { InputError, Unsupported } from '../model/program.js';
import type { AllProgramsAnswer } from '../proofs/all-programs.js';
import type { Cell, CellKind } from '../proofs/cell.js';
import { cellKinds } from '../proofs/cell.js';
import type { Against } from './baseline.js';
import type { Sources } from './sources.js';
import type { Timing, Tool } from './tool.js';

export type Problem = InputError | Unsupported;

/** All that a report on a comparison is made of. */
export interface Comparison {
  readonly tool: Tool;
  readonly cells: readonly Cell[];
  readonly problems: readonly Problem[];
  /** Answers about any accepted program, where they were asked for. */
  readonly allPrograms: readonly AllProgramsAnswer[];
  /** What is different from an earlier run; absent where none was named. */
  readonly baseline?: Against;
  readonly exit: { readonly code: number; readonly meaning: string };
  readonly timing: Timing;
  readonly sources: Sources;
  /** The command line that shows everything about a cell. */
  readonly commandFor: (scenario: string, design: string) => string;
}

export const symbols: Readonly<Record<CellKind, string>> = {
  ok: '.',
  'over-strict': 's',
  unsound: 'U',
  'not-applicable': '-',
  unknown: '?',
};
export const meanings: Readonly<Record<CellKind, string>> = {
  ok: 'accepted and safe, or rejected and unsafe',
  'over-strict': 'rejected, though no run breaks anything',
  unsound: 'accepted, though a run breaks something',
  'not-applicable': 'the design has no such thing',
  unknown: 'no answer',
};

export interface Topic {
  readonly name: string;
  /** Ids of scenarios; what follows the topic is their short name. */
  readonly scenarios: readonly string[];
}
export interface Matrix<E> {
  readonly designs: readonly string[];
  readonly topics: readonly Topic[];
  readonly cell: (scenario: string, design: string) => E | undefined;
}

export const topicOf = (scenario: string): string => {
  const slash = scenario.lastIndexOf('/');
  return slash < 0 ? '' : scenario.slice(0, slash);
};
export const shortName = (scenario: string): string => scenario.slice(scenario.lastIndexOf('/') + 1);
const keyOf = (subject: string, design: string): string => JSON.stringify([subject, design]);

/** What stands in a table: the answer of a design on a subject. */
interface Entry {
  readonly subject: string;
  readonly design: string;
}

export const matrixOf = <E extends Entry>(entries: readonly E[]): Matrix<E> => {
  const byKey = new Map(entries.map(e => [keyOf(e.subject, e.design), e]));
  const topics = new Map<string, Set<string>>();
  for (const { subject } of entries) {
    const topic = topicOf(subject);
    const scenarios = topics.get(topic) ?? new Set();
    scenarios.add(subject);
    topics.set(topic, scenarios);
  }
  return {
    designs: [...new Set(entries.map(e => e.design))],
    topics: [...topics].map(([name, scenarios]) => ({ name, scenarios: [...scenarios] })),
    cell: (scenario, design) => byKey.get(keyOf(scenario, design)),
  };
};

export type Counts = Readonly<Record<CellKind, number>>;
export const countsOf = (cells: readonly { readonly cell: CellKind | null }[]): Counts => {
  const of = (kind: CellKind): number => cells.filter(c => c.cell === kind).length;
  return {
    ok: of('ok'),
    'over-strict': of('over-strict'),
    unsound: of('unsound'),
    'not-applicable': of('not-applicable'),
    unknown: of('unknown'),
  };
};

/** True iff the scenario says something else of the design. No answer is not another answer. */
export const isUnexpected = (c: Pick<Cell, 'expected'> & { readonly cell: CellKind | null }): boolean =>
  c.expected?.met === false && c.cell !== 'unknown';

/** What was found, in words: `accept, list-race`, `reject at head-lock-matches, safe`. */
export const foundText = (
  c: Pick<Cell, 'verdict' | 'guard' | 'property'> & { readonly safety: Cell['safety'] | null },
): string =>
  c.verdict === 'not-applicable'
    ? 'not-applicable'
    : `${c.verdict}${c.guard === null ? '' : ` at ${c.guard}`}, ${c.safety === 'violated' ? (c.property ?? 'violated') : (c.safety ?? 'unknown')}`;

/** Why a cell has no answer. */
export const whyUnknown = (c: Cell): string => {
  const reasons = [
    ...c.programs
      .filter(p => p.verdict === 'unknown' || p.verdict === 'unsupported')
      .map(p => `${p.program}: ${p.reason ?? p.verdict}`),
    ...c.disagreements.map(d => `the engines disagree: ${d.question} explicit: ${d.explicit}; smt: ${d.smt}`),
  ];
  return reasons.length > 0 ? reasons.join('; ') : `explicit: ${c.evidence.explicit}; smt: ${c.evidence.smt}`;
};

export interface Gathered {
  readonly subject: string;
  /** The property, the guard, or the reason. */
  readonly what: string;
  readonly designs: readonly string[];
}
/** Answers of one kind, those on a subject with the same explanation together. */
export const gathered = <E extends Entry>(entries: readonly E[], what: (e: E) => string): readonly Gathered[] => {
  const groups = new Map<string, { subject: string; what: string; designs: string[] }>();
  for (const e of entries) {
    const key = JSON.stringify([e.subject, what(e)]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { subject: e.subject, what: what(e), designs: [e.design] });
    else group.designs.push(e.design);
  }
  return [...groups.values()];
};

export const legend = cellKinds.map(k => `${symbols[k]} ${k}`).join(', ');
