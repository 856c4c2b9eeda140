/** That the assumptions of a proof can hold: a proof from assumptions that contradict each other would prove anything. */
import type { Rules } from '../model/rules/index.js';
import { and, eq, exists, ne, not } from '../model/term.js';
import * as M from '../model/machine-state.js';
import * as W from '../model/world.js';
import { Alloc, Off, Ref, Run } from '../model/world.js';
import { factsOf } from './facts.js';
import type { Induction } from './induction.js';
import { isActive } from './invariant/conjunct.js';
import { invariantOf } from './obligations.js';
import type { Prover } from './prover.js';

/**
 * Some state of the closed invariant is one where things happen: two runs are under way, one works on a structure under a lock,
 * and the other owns an object. True iff the solver finds it.
 */
export const witness = (x: Induction, rules: Rules, prover: Prover): Promise<boolean> =>
  prover.satisfiable([
    ...invariantOf(factsOf(rules), x.closed),
    {
      name: 'busy',
      formula: exists(Run, r =>
        exists(Run, q =>
          and(
            ne(r, q),
            isActive(r),
            isActive(q),
            not(W.isUser(r)),
            ne(W.cpuOf(r), W.cpuOf(q)),
            ne(M.insideAlloc(r), 'null'),
            exists(Alloc, a => exists(Off, o => eq(M.locked(r, a, o), 'true'))),
            exists(Ref, k => ne(M.holding(q, k), 'null')),
          ),
        ),
      ),
    },
  ]);
