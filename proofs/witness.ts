/** That the assumptions of a proof can hold: a proof from assumptions that contradict each other would prove anything. */
import type { Rules } from '../model/rules/index.js';
import type { Formula } from '../model/term.js';
import { and, eq, exists, ne, not } from '../model/term.js';
import * as M from '../model/machine-state.js';
import * as W from '../model/world.js';
import { Alloc, Off, Ref, Run } from '../model/world.js';
import { factsOf } from './facts.js';
import type { Induction } from './induction.js';
import { isActive } from './invariant/conjunct.js';
import { conjunctsOf } from './invariant/index.js';
import { invariantOf } from './obligations.js';
import type { Prover } from './prover.js';

/** Two runs are under way, one works on a structure under a lock, and the other owns an object; without lists, it just holds one. */
const busy = (hasGraphs: boolean): Formula =>
  exists(Run, r =>
    exists(Run, q =>
      and(
        ne(r, q),
        isActive(r),
        isActive(q),
        not(W.isUser(r)),
        ne(W.cpuOf(r), W.cpuOf(q)),
        exists(Alloc, a => exists(Off, o => eq(M.locked(r, a, o), 'true'))),
        ...(hasGraphs ? [ne(M.insideAlloc(r), 'null'), exists(Ref, k => ne(M.holding(q, k), 'null'))] : []),
      ),
    ),
  );

/**
 * True iff the solver finds a state of the closed invariant in which things happen. All that could be an invariant is tried first: it
 * is much the same for many designs, and what holds of all of it holds of a part.
 */
export const witness = async (x: Induction, rules: Rules, prover: Prover): Promise<boolean> => {
  const happens = { name: 'busy', formula: busy(x.design.hasGraphs) };
  const facts = factsOf(rules);
  for (const conjuncts of [conjunctsOf(x.design), x.closed])
    if (await prover.satisfiable([...invariantOf(facts, conjuncts), happens])) return true;
  return false;
};
