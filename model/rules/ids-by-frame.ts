/**
 * How ids were compared before 5dd9cdbc9dec (2022), read narrowly: the ids of variables by frame, those of locks with the first frame,
 * and references, which that fix was not about, as today. `proofs/history/pruning.ts` reads it more widely, references included.
 */
import type { Formula, Term } from '../term.js';
import { and, called, eq, forall, implies, worldFn } from '../term.js';
import { Count, depths, heldId, id, ref } from '../verifier-state.js';
import { Slot } from '../world.js';
import type { Place } from './states-equal.js';
import { agree, isZero } from './states-equal.js';

const frameOf = worldFn('frame-of', [Slot], Count, 'how many subprograms deep the frame is that the variable lies in');

const held: readonly Place[] = depths.map(
  (d): Place =>
    r =>
      heldId(r, d),
);
const idOf =
  (s: Term): Place =>
  r =>
    id(r, s);
const refOf =
  (s: Term): Place =>
  r =>
    ref(r, s);

export const idsByFrame: Formula = called(
  'ids correspond frame by frame, those of locks with the first',
  and(
    ...held.map(isZero),
    ...held.flatMap((p, i) => held.slice(0, i).map(q => agree(p, q))),
    forall(Slot, s =>
      and(
        isZero(idOf(s)),
        isZero(refOf(s)),
        ...held.map(h => agree(refOf(s), h)),
        implies(eq(frameOf(s), 'c0'), and(...held.map(h => agree(idOf(s), h)))),
        forall(Slot, t =>
          and(
            agree(refOf(s), refOf(t)),
            implies(eq(frameOf(s), frameOf(t)), and(agree(idOf(s), idOf(t)), agree(idOf(s), refOf(t)))),
          ),
        ),
      ),
    ),
  ),
);
