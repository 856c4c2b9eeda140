/** The invariant of a design: every clause that could hold of it. Which of them do is for the solver to say. */
import type { Design } from '../../model/design.js';
import { policyOf } from '../../model/policy.js';
import type { Conjunct } from './conjunct.js';
import { idleConjuncts, insideConjuncts, lockConjuncts, regionConjuncts } from './locks.js';
import { insertionConjuncts, referenceConjuncts } from './references.js';
import { mapConjuncts, slotConjuncts } from './slots.js';

export const conjunctsOf = (design: Design): Conjunct[] => {
  const p = policyOf(design);
  return [
    ...idleConjuncts(),
    ...mapConjuncts(),
    ...slotConjuncts(p),
    ...referenceConjuncts(),
    ...insertionConjuncts(),
    ...lockConjuncts(p),
    ...insideConjuncts(p),
    ...regionConjuncts(p),
  ];
};
