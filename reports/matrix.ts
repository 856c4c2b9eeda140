/** The cells as a table: scenarios by topic, designs in the order they were asked, and the same findings gathered. */
import type { InputError, Unsupported } from '../model/program.js';
import type { AllProgramsAnswer } from '../proofs/all-programs.js';
import type { Cell, CellKind } from '../proofs/cell.js';
import { cellKinds } from '../proofs/cell.js';
import type { Selftest } from '../proofs/selftest.js';
import type { Sources } from './sources.js';
import type { Tool } from './tool.js';

export type Problem = InputError | Unsupported;

/** All that a report on a comparison is made of. */
export interface Comparison {
  readonly tool: Tool;
  readonly cells: readonly Cell[];
  readonly problems: readonly Problem[];
  /** Answers about any accepted program, where they were asked for. */
  readonly allPrograms: readonly AllProgramsAnswer[];
  readonly exit: { readonly code: number; readonly meaning: string };
  readonly sources: Sources;
  /** What a selftest of a cell says, by `scenario@design`; only of those that one was asked for. */
  readonly selftests?: ReadonlyMap<string, Selftest>;
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
export interface Matrix {
  readonly designs: readonly string[];
  readonly topics: readonly Topic[];
  readonly cell: (scenario: string, design: string) => Cell | undefined;
}

export const topicOf = (scenario: string): string => {
  const slash = scenario.lastIndexOf('/');
  return slash < 0 ? '' : scenario.slice(0, slash);
};
export const shortName = (scenario: string): string => scenario.slice(scenario.lastIndexOf('/') + 1);
const keyOf = (scenario: string, design: string): string => `${scenario}@${design}`;

export const matrixOf = (cells: readonly Cell[]): Matrix => {
  const byKey = new Map(cells.map(c => [keyOf(c.scenario, c.design), c]));
  const topics = new Map<string, Set<string>>();
  for (const { scenario } of cells) {
    const topic = topicOf(scenario);
    const scenarios = topics.get(topic) ?? new Set();
    scenarios.add(scenario);
    topics.set(topic, scenarios);
  }
  return {
    designs: [...new Set(cells.map(c => c.design))],
    topics: [...topics].map(([name, scenarios]) => ({ name, scenarios: [...scenarios] })),
    cell: (scenario, design) => byKey.get(keyOf(scenario, design)),
  };
};

export type Counts = Readonly<Record<CellKind, number>>;
export const countsOf = (cells: readonly Cell[]): Counts => {
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
export const isUnexpected = (c: Cell): boolean => c.expected?.met === false && c.cell !== 'unknown';

/** What was found, in words: `accept, list-race`, `reject at head-lock-matches, safe`. */
export const foundText = (c: Cell): string =>
  c.verdict === 'not-applicable'
    ? 'not-applicable'
    : `${c.verdict}${c.guard === null ? '' : ` at ${c.guard}`}, ${c.safety === 'violated' ? (c.property ?? 'violated') : c.safety}`;

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
  readonly scenario: string;
  /** The property, the guard, or the reason. */
  readonly what: string;
  readonly designs: readonly string[];
}
/** Cells of one kind, those of a scenario with the same explanation together. */
export const gathered = (cells: readonly Cell[], what: (c: Cell) => string): readonly Gathered[] => {
  const groups = new Map<string, { scenario: string; what: string; designs: string[] }>();
  for (const c of cells) {
    const key = `${c.scenario}\n${what(c)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { scenario: c.scenario, what: what(c), designs: [c.design] });
    else group.designs.push(c.design);
  }
  return [...groups.values()];
};

export const legend = cellKinds.map(k => `${symbols[k]} ${k}`).join(', ');
