/** The state after a step: what there was at the start, and all changes so far. */
import type { Relation } from '../../proofs/cell.js';
import type { Trace } from './model.js';

export interface Fact {
  readonly what: string;
  readonly is: string;
  /** The step that made it so; 0 for the start. */
  readonly since: number;
}

/** Returns every fact that was ever told, in the order in which they came up. */
export const factsAfter = (trace: Trace, step: number): readonly Fact[] => {
  const facts = new Map<string, Fact>(trace.initial.map(f => [f.what, { what: f.what, is: f.is, since: 0 }]));
  trace.steps.slice(0, step).forEach((s, i) => {
    for (const c of s.changes) facts.set(c.what, { what: c.what, is: c.to, since: i + 1 });
  });
  return [...facts.values()];
};

export interface Arrow {
  readonly subject: string;
  readonly relation: Relation;
  readonly object: string;
}

/** `there`: it was there before and is. The other two happen at this step. */
export type ArrowState = 'there' | 'new' | 'gone';

const keyOf = (a: Arrow): string => JSON.stringify([a.subject, a.relation, a.object]);

/** All arrows that there ever are, so that a picture of them has a place for each. */
export const arrowsOf = (trace: Trace): readonly Arrow[] => {
  const arrows = new Map<string, Arrow>();
  const add = (a: Arrow): void => {
    arrows.set(keyOf(a), a);
  };
  for (const { edge } of trace.initial) if (edge !== null) add(edge);
  for (const { changes } of trace.steps)
    for (const { edge } of changes)
      for (const object of edge === null ? [] : [edge.before, edge.after])
        if (edge !== null && object !== null) add({ subject: edge.subject, relation: edge.relation, object });
  return [...arrows.values()];
};

/** Returns how an arrow is after a step; undefined for one that is not there and did not just go. */
export const arrowStates = (trace: Trace, step: number): ((a: Arrow) => ArrowState | undefined) => {
  const states = new Map<string, ArrowState>();
  for (const { edge } of trace.initial) if (edge !== null) states.set(keyOf(edge), 'there');
  trace.steps.slice(0, step).forEach((s, i) => {
    const isNow = i === step - 1;
    for (const { edge } of s.changes) {
      if (edge === null) continue;
      const { subject, relation, before, after } = edge;
      if (before !== null) {
        const key = keyOf({ subject, relation, object: before });
        if (isNow) states.set(key, 'gone');
        else states.delete(key);
      }
      if (after !== null) states.set(keyOf({ subject, relation, object: after }), isNow ? 'new' : 'there');
    }
  });
  return a => states.get(keyOf(a));
};
