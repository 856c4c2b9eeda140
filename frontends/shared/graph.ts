/** A program graph while it is being built: events of the model, plus assignments and tests whose classes are not known yet. */
import type { At, ProgramEvent, ProgramKind } from '../../model/program.js';
import type { Loop } from '../c/ir.js';
import type { CType } from '../c/types.js';

/** Integers from lo to hi. */
export interface Range {
  readonly lo: number;
  readonly hi: number;
}

export type DraftEvent =
  | Exclude<ProgramEvent, { readonly event: 'set' | 'copy' | 'test' }>
  | { readonly event: 'draft-assign'; readonly cell: string; readonly to: Range }
  | { readonly event: 'draft-copy'; readonly cell: string; readonly from: string }
  | { readonly event: 'draft-test'; readonly cell: string; readonly among: readonly Range[] }
  /** A condition that values cannot decide: the same text gives the same answer until a variable in it changes. */
  | { readonly event: 'draft-fact'; readonly fact: string; readonly holds: boolean };

export interface DraftEdge {
  readonly from: number;
  readonly to: number;
  readonly does: DraftEvent;
  readonly at: At;
  readonly only?: 'verifier' | 'machine';
  readonly bound?: number;
  /** The edge may close this loop of the source. */
  readonly loop?: Loop;
}

/** An integer variable, by its key: a local and a byte offset in it. */
export interface Cell {
  readonly index: number;
  readonly name: string;
  readonly type: CType;
}

export interface Fact {
  readonly text: string;
  /** Keys of cells and `slot:n`. */
  readonly deps: readonly string[];
}

export interface Draft {
  readonly name: string;
  readonly section: string;
  readonly kind: ProgramKind;
  readonly sleepable: boolean;
  readonly at: At;
  readonly entry: number;
  readonly exit: number;
  readonly nodes: number;
  readonly edges: readonly DraftEdge[];
  readonly slots: readonly string[];
  readonly cells: ReadonlyMap<string, Cell>;
  readonly facts: ReadonlyMap<string, Fact>;
  /** What may still be looked at, by node: cell keys, and `fact ` followed by a fact's key. */
  readonly live: ReadonlyMap<number, ReadonlySet<string>>;
  readonly maps: readonly string[];
  readonly types: readonly string[];
}

/** Returns the slot an event writes, or null. */
export function writtenSlots(does: DraftEvent): readonly number[] {
  if (does.event === 'less_args') return [does.a, does.b];
  return 'dst' in does && typeof does.dst === 'number' ? [does.dst] : [];
}
