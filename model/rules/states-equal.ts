/**
 * Pruning: when the verifier may skip a state because one that it has explored covers it (kernel: states_equal, func_states_equal,
 * regsafe, refsafe, check_ids). Two runs stand for the two states: `old` was explored, `cur` has arrived at the same instruction.
 */
import type { Formula, Term } from '../term.js';
import { and, called, eq, exists, forall, implies, ne, or, variable } from '../term.js';
import {
  Count,
  callbackDepth,
  depths,
  heldId,
  heldKind,
  heldKnown,
  heldOff,
  heldPtr,
  heldType,
  id,
  inLess,
  irqByLock,
  irqFlags,
  irqSaved,
  kind,
  known,
  may,
  maybeNull,
  nonOwning,
  off,
  preemptOff,
  ptr,
  rcu,
  rcuLocked,
  ref,
  refDepth,
  refHeld,
  staticInLess,
  type,
  untrusted,
} from '../verifier-state.js';
import { Class, Id, Run, Scalar, Slot } from '../world.js';

export const old = variable('old', Run);
export const cur = variable('cur', Run);

const same =
  (...cells: readonly ((...at: Term[]) => Term)[]): ((...at: Term[]) => Formula) =>
  (...at) =>
    and(...cells.map(c => eq(c(old, ...at), c(cur, ...at))));

/** A place where an id stands, in each of the two states. */
export type Place = (run: Term) => Term;
/** Two places have one id in both states, or different ones in both. */
export const agree = (p: Place, q: Place): Formula => {
  const oldSame = eq(p(old), q(old));
  const curSame = eq(p(cur), q(cur));
  return and(implies(oldSame, curSame), implies(curSame, oldSame));
};
/** Zero is an id of its own: both states have it here, or none has. */
export const isZero = (p: Place): Formula =>
  or(and(eq(p(old), 'zero'), eq(p(cur), 'zero')), and(ne(p(old), 'zero'), ne(p(cur), 'zero')));

/** Which ids are compared through which map. Kernels differ in it: what an older one left out is a value of this. */
export interface IdMaps {
  /** The id of a slot is compared at all. */
  readonly compared: (s: Term) => Formula;
  /** The ids of two slots go through one map. */
  readonly oneMap: (s: Term, t: Term) => Formula;
  /** Ids of held locks go through the map of the slots, through one of their own, or are compared as numbers. */
  readonly held: 'with-slots' | 'apart' | 'as-numbers';
}

/** One map for all ids, those of held locks among them: what was one id stays one, what was two stays two (check_ids). */
export const idsCorrespond = ({ compared, oneMap, held }: Partial<IdMaps> = {}): Formula => {
  const heldPlaces = depths.map(
    (d): Place =>
      r =>
        heldId(r, d),
  );
  const inHeld = (p: Place): Formula[] =>
    (held === undefined || held === 'with-slots' ? heldPlaces : []).map(h => agree(p, h));
  const where = (p: Formula | undefined, q: Formula): Formula => (p === undefined ? q : implies(p, q));
  return called(
    'ids correspond one to one',
    and(
      ...heldPlaces.map(isZero),
      ...heldPlaces.flatMap((p, i) =>
        held === 'as-numbers' ? [eq(p(old), p(cur))] : heldPlaces.slice(0, i).map(q => agree(p, q)),
      ),
      forall(Slot, s =>
        and(
          where(
            compared?.(s),
            and(
              isZero(r => id(r, s)),
              agree(
                r => id(r, s),
                r => ref(r, s),
              ),
              ...inHeld(r => id(r, s)),
            ),
          ),
          isZero(r => ref(r, s)),
          ...inHeld(r => ref(r, s)),
          forall(Slot, t =>
            where(
              oneMap?.(s, t),
              and(
                where(
                  compared && and(compared(s), compared(t)),
                  agree(
                    r => id(r, s),
                    r => id(r, t),
                  ),
                ),
                agree(
                  r => ref(r, s),
                  r => ref(r, t),
                ),
                where(
                  compared?.(s),
                  agree(
                    r => id(r, s),
                    r => ref(r, t),
                  ),
                ),
              ),
            ),
          ),
        ),
      ),
    ),
  );
};

/** A reference that is held, and that no slot carries any more: it can't be released, and no path with one is accepted. */
const isLost = (r: Term, i: Term): Formula =>
  and(
    refHeld(r, i),
    forall(Slot, s => ne(ref(r, s), i)),
  );
const losesAt = (r: Term, depth: string): Formula => exists(Id, i => and(isLost(r, i), eq(refDepth(r, i), depth)));

/** References that slots carry are held alike. */
const carriedAlike: Formula = forall(Slot, s =>
  implies(
    ne(ref(old, s), 'zero'),
    and(
      implies(refHeld(old, ref(old, s)), refHeld(cur, ref(cur, s))),
      implies(refHeld(cur, ref(cur, s)), refHeld(old, ref(old, s))),
      eq(refDepth(old, ref(old, s)), refDepth(cur, ref(cur, s))),
    ),
  ),
);

/**
 * Of references that no slot carries only this counts: how many callbacks deep there are any.
 * Abstracts: the kernel compares the lists of all references by position, because it has them in the order of their acquisition.
 */
const lostAlike: Formula = and(...Count.values.map(d => implies(losesAt(cur, d), losesAt(old, d))));

/** The address that a design keeps: with one that is not known less may be done than with any that is. */
const covers =
  (c: typeof known): ((at: Term) => Formula) =>
  at =>
    or(eq(c(old, at), 'null'), eq(c(old, at), c(cur, at)));

/** `cur` may be skipped. `ids` is how ids are compared: reverted fixes replace it. */
export const statesEqual = (ids: Formula = idsCorrespond()): Formula =>
  and(
    called(
      'slots hold the same kinds of values',
      forall(Slot, s => and(same(kind, ptr, off, type, maybeNull, nonOwning, rcu, untrusted)(s), covers(known)(s))),
    ),
    called(
      'the same locks are held and the same interrupt states saved',
      and(
        ...depths.map(d => and(same(heldKind, heldPtr, heldOff, heldType, irqSaved)(d), covers(heldKnown)(d))),
        ...depths.map(d => implies(irqSaved(old, d), same(irqFlags, irqByLock)(d))),
      ),
    ),
    ids,
    called('references that variables carry are held alike', carriedAlike),
    called('references that no variable carries are equally deep', lostAlike),
    called(
      'control is in the same regions and callbacks',
      same(rcuLocked, preemptOff, callbackDepth, inLess, staticInLess)(),
    ),
    called(
      'the explored state allows the values of scalars that this one does',
      forall(Scalar, x => forall(Class, c => implies(may(cur, x, c), may(old, x, c)))),
    ),
  );
