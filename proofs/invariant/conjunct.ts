/** One clause of an invariant: a closed formula over the state, which holds in every state that accepted programs reach. */
import type { Formula, Sort, Term, Var } from '../../model/term.js';
import { and, eq, forall, implies, or } from '../../model/term.js';
import { phase } from '../../model/machine-state.js';
import { Count, kind } from '../../model/verifier-state.js';
import { Run, Slot } from '../../model/world.js';

export interface Conjunct {
  readonly name: string;
  /** One sentence a kernel developer would say. */
  readonly doc: string;
  readonly holds: Formula;
}
export const conjunct = (name: string, doc: string, holds: Formula): Conjunct => ({ name, doc, holds });

export const isActive = (r: Term): Formula => eq(phase(r), 'active');
/** For all elements of several sorts. */
export const all = (sorts: readonly Sort[], body: (...xs: Var[]) => Formula): Formula => {
  const go = (i: number, xs: readonly Var[]): Formula => {
    const s = sorts[i];
    return s === undefined ? body(...xs) : forall(s, x => go(i + 1, [...xs, x]));
  };
  return go(0, []);
};
/** For all runs under way. */
export const runs = (body: (r: Var) => Formula): Formula => forall(Run, r => implies(isActive(r), body(r)));
/** For all slots of runs under way. */
export const slots = (body: (r: Var, s: Var) => Formula): Formula => runs(r => forall(Slot, s => body(r, s)));
export const isObjectSlot = (r: Term, s: Term): Formula => eq(kind(r, s), 'object');
export const iff = (p: Formula, q: Formula): Formula => and(implies(p, q), implies(q, p));
export const lessThan = (a: Term, b: Term): Formula =>
  or(...Count.values.flatMap((x, i) => Count.values.slice(i + 1).map(y => and(eq(a, x), eq(b, y)))));
