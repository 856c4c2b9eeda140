/**
 * How ids were compared before three fixes of 2022: mistakes to give to `statesEqual`, each of which a proof must find.
 *
 * In each the id of a lock and the ids of the registers that point at its memory come apart, and a path is skipped on which
 * another lock would be released, or a list changed under another lock.
 */
import type { Formula, Term } from '../term.js';
import { and, called, eq, forall, implies, ne, worldFn } from '../term.js';
import { Count, depths, heldId, id, kind, ref } from '../verifier-state.js';
import { Slot } from '../world.js';
import type { Place } from './states-equal.js';
import { agree, cur, isZero, old } from './states-equal.js';

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
const heldAmongThemselves: Formula = and(
  ...held.map(isZero),
  ...held.flatMap((p, i) => held.slice(0, i).map(q => agree(p, q))),
);
/** References correspond, in variables and with held locks: none of the three fixes was about them. */
const refsCorrespond: Formula = forall(Slot, s =>
  and(
    isZero(refOf(s)),
    ...held.map(h => agree(refOf(s), h)),
    forall(Slot, t => agree(refOf(s), refOf(t))),
  ),
);
/** The ids of variables for which `compared` holds, two by two if `both` holds too: with one another and with references. */
const slots = (compared: (s: Term) => Formula, both: (s: Term, t: Term) => Formula): Formula =>
  and(
    refsCorrespond,
    forall(Slot, s =>
      implies(
        compared(s),
        and(
          isZero(idOf(s)),
          forall(Slot, t =>
            and(
              implies(and(compared(t), both(s, t)), agree(idOf(s), idOf(t))),
              implies(both(s, t), agree(idOf(s), refOf(t))),
            ),
          ),
        ),
      ),
    ),
  );
const heldAndSlots = (compared: (s: Term) => Formula): Formula =>
  forall(Slot, s => implies(compared(s), and(...held.map(h => agree(idOf(s), h)))));

const always = (s: Term): Formula => eq(s, s);

export interface Reverted {
  readonly id: string;
  /** The fix that is taken back. */
  readonly commit: string;
  readonly title: string;
  readonly ids: Formula;
}

export const revertedIds: readonly Reverted[] = [
  {
    id: 'value-ids-not-compared',
    commit: '7c884339bbff',
    title: 'regsafe() must not skip check_ids()',
    ids: called(
      'ids correspond, those of map values left out',
      and(
        heldAmongThemselves,
        slots(s => ne(kind(old, s), 'map-value'), always),
        heldAndSlots(s => ne(kind(old, s), 'map-value')),
      ),
    ),
  },
  {
    id: 'lock-ids-compared-raw',
    commit: '4ea2bb158bec',
    title: 'use check_ids() for active_lock comparison',
    ids: called(
      'ids of variables correspond, those of locks are the same numbers',
      and(...depths.map(d => eq(heldId(old, d), heldId(cur, d))), slots(always, always)),
    ),
  },
  {
    id: 'map-of-ids-per-frame',
    commit: '5dd9cdbc9dec',
    title: 'states_equal() must build idmap for all function frames',
    ids: called(
      'ids correspond frame by frame, those of locks with the first',
      and(
        heldAmongThemselves,
        slots(always, (s, t) => eq(frameOf(s), frameOf(t))),
        heldAndSlots(s => eq(frameOf(s), 'c0')),
      ),
    ),
  },
];
