/** One cell of the matrix: what a design's verifier says of a scenario, what the machine can do, and whether the engines agree. */
import type { At } from '../model/program.js';
import type { PropertyId } from '../model/properties.js';
import { ModelBug } from '../model/term.js';

export const cellKinds = ['ok', 'over-strict', 'unsound', 'not-applicable', 'unknown'] as const;
export type CellKind = (typeof cellKinds)[number];

/** What one thing of the machine has to do with another: `prog1 holds .data.A+0`. */
export const relations = ['holds', 'waits for', 'works on', 'contains', 'stashes', 'owns', 'has'] as const;
export type Relation = (typeof relations)[number];

/** A fact of the machine before and after a step, in words; and as an arrow, where it is one (null: there is no arrow). */
export interface Change {
  /** Which fact; the same at every step. */
  readonly what: string;
  readonly from: string;
  readonly to: string;
  readonly edge: {
    readonly relation: Relation;
    readonly subject: string;
    readonly before: string | null;
    readonly after: string | null;
  } | null;
}

/** One step of a counterexample, already replayed; `changes` says only what is different after it. */
export interface TraceStep {
  readonly run: string;
  readonly cpu: string;
  readonly event: string;
  /** What happens, as a kernel developer would say it: `takes lock of .data.A`. */
  readonly text: string;
  readonly at: At | null;
  readonly changes: readonly Change[];
}

/** A fact that holds at the start, where it is not what everything begins as. */
export interface InitialFact {
  readonly what: string;
  readonly is: string;
  readonly edge: { readonly relation: Relation; readonly subject: string; readonly object: string } | null;
}

export interface Counterexample {
  readonly property: PropertyId;
  readonly reason: string;
  /** What there is before the first step; with the changes of the steps, the state after each. */
  readonly initial: readonly InitialFact[];
  readonly steps: readonly TraceStep[];
  /** The diagnosis `wrong-lock` beside a race: which locks were held, if none is common to all operations; else null. */
  readonly wrongLock: string | null;
  /** Breadth-first search found it, so no shorter one exists; the objects it uses are the fewest among those of its length. */
  readonly minimal: boolean;
  readonly replayed: boolean;
}

/** What the verifier model says of one program. */
export interface ProgramVerdict {
  readonly program: string;
  readonly verdict: 'accept' | 'reject' | 'unsupported' | 'not-applicable' | 'unknown';
  readonly guard: string | null;
  readonly message: string | null;
  readonly kernelFunction: string | null;
  readonly reason: string | null;
  readonly at: At | null;
  /** Accepted only because pruning skipped a path that would have failed: where. */
  readonly badPrune?: string;
  /** The path of the verifier to the failing guard. `text` is the event with its operands: `n = bpf_obj_new(node_data)`. */
  readonly path: readonly { readonly event: string; readonly text: string; readonly at: At }[];
}

export interface Disagreement {
  readonly question: string;
  readonly explicit: string;
  readonly smt: string;
}

export interface Cell {
  readonly scenario: string;
  readonly design: string;
  readonly verdict: ProgramVerdict['verdict'];
  readonly guard: string | null;
  readonly programs: readonly ProgramVerdict[];
  readonly safety: 'safe' | 'violated' | 'unknown';
  readonly property: PropertyId | null;
  readonly cell: CellKind;
  readonly counterexample: Counterexample | null;
  /** What each engine covered: `explicit: 1,204 states`, `smt: 3 queries` - or why it has no answer. */
  readonly evidence: { readonly explicit: string; readonly smt: string };
  readonly disagreements: readonly Disagreement[];
  /** The header's expectation and whether it was met; null when the header says nothing of the design. */
  readonly expected: { readonly text: string; readonly met: boolean } | null;
}

/** accept+safe and reject+unsafe are ok; a verdict or safety we do not know makes the cell unknown. */
export const cellKind = (verdict: ProgramVerdict['verdict'], safety: Cell['safety']): CellKind => {
  if (verdict === 'not-applicable') return 'not-applicable';
  if (verdict === 'unsupported' || verdict === 'unknown' || safety === 'unknown') return 'unknown';
  if (verdict === 'accept') return safety === 'safe' ? 'ok' : 'unsound';
  return safety === 'safe' ? 'over-strict' : 'ok';
};

/** The verdict on several programs is one of theirs: one rejection rejects all, one unknown leaves all unknown. */
export const verdictOfAll = (programs: readonly ProgramVerdict[]): ProgramVerdict => {
  const [first] = programs;
  if (first === undefined) throw new ModelBug('no program has a verdict');
  return (
    programs.find(p => p.verdict === 'not-applicable') ??
    programs.find(p => p.verdict === 'reject') ??
    programs.find(p => p.verdict === 'unsupported' || p.verdict === 'unknown') ??
    first
  );
};
