/** The questions that rules ask a design, answered from its data. This is the only place that reads the parts of a design. */
import type { Baseline } from './baseline.js';
import { baselineOf } from './baseline.js';
import type { Design, IdentityPart } from './design.js';
import type { Formula, Term } from './term.js';
import { TRUE, and, called, eq, exists, forall, implies, ite, ne, not, or } from './term.js';
import {
  Alloc,
  Off,
  globalOf,
  graphAt,
  guardAlloc,
  guardOff,
  guardPtr,
  inLocksSection,
  lockAt,
  lockOf,
  mapOf,
  typeOf,
  valueOf,
} from './world.js';
import {
  depths,
  heldId,
  heldKind,
  heldKnown,
  heldOff,
  heldPtr,
  heldType,
  id,
  known,
  ptr,
  run,
  type,
} from './verifier-state.js';

export interface Policy {
  readonly design: Design;
  readonly baseline: Baseline;
  /** The held lock at `d` is the lock at offset `o` of the value in `s`. */
  readonly sameLock: (d: Term, s: Term, o: Term) => Formula;
  /** The held locks open the head or root at offset `o` of the value in `s`. */
  readonly opened: (s: Term, o: Term) => Formula;
  /** A lock may lie in this value (where locks live, how many). */
  readonly lockMayLieIn: (s: Term) => Formula;
  /** Values of the type have a lock, so the id of a pointer to one is worth keeping after its NULL test. */
  readonly hasLockToName: (t: Term) => Formula;
  readonly oneLockPerValue: boolean;
  /** A head needs a lock in its own value. */
  readonly lockInSameValue: boolean;
  readonly needsAddress: boolean;
  readonly severalHeld: boolean;
  readonly globalIds: 'per-load' | 'zero';
  readonly callbackIds: 'fresh' | 'zero';
  /** Design-level reading of which lock a free path takes before it drains a head. */
  readonly teardown: Design['teardown'];
}

export const policyOf = (design: Design): Policy => {
  const part: Record<IdentityPart, (d: Term, s: Term, o: Term) => Formula> = {
    ptr: (d, s) => eq(heldPtr(run, d), ptr(run, s)),
    id: (d, s) => eq(heldId(run, d), id(run, s)),
    offset: (d, _s, o) => eq(heldOff(run, d), o),
    address: (d, s, o) => and(eq(heldKnown(run, d), known(run, s)), eq(heldOff(run, d), o)),
    element: (d, s, o) => and(eq(heldPtr(run, d), ptr(run, s)), eq(heldOff(run, d), o)),
    owner: (d, s, o) => and(eq(heldPtr(run, d), ptr(run, s)), eq(heldId(run, d), id(run, s)), eq(heldOff(run, d), o)),
    type: (d, s) => eq(heldType(run, d), type(run, s)),
  };
  const sameLock = (d: Term, s: Term, o: Term): Formula =>
    called('the same lock', and(ne(heldKind(run, d), 'none'), ...design.identity.map(p => part[p](d, s, o))));
  /** Identity without the position inside the value. */
  const sameValue = (d: Term, s: Term): Formula =>
    and(
      ne(heldKind(run, d), 'none'),
      ne(heldKind(run, d), 'structure'),
      ...design.identity.filter(p => p === 'ptr' || p === 'id').map(p => part[p](d, s, s)),
    );
  const some = (p: (d: Term) => Formula): Formula => or(...depths.map(p));
  const declaredHere = (s: Term, o: Term): Formula =>
    some(d =>
      and(sameValue(d, s), eq(guardPtr(type(run, s), o), 'none'), eq(heldOff(run, d), guardOff(type(run, s), o))),
    );
  const declaredGlobal = (s: Term, o: Term): Formula =>
    some(d =>
      and(
        ne(heldKind(run, d), 'none'),
        ne(guardPtr(type(run, s), o), 'none'),
        eq(heldPtr(run, d), guardPtr(type(run, s), o)),
        eq(heldOff(run, d), guardOff(type(run, s), o)),
      ),
    );
  /** The lock of a head in a map is the one bound when the map was made; an inner map's is taken from what its template says. */
  const boundTo = (s: Term, o: Term, lock: Term): Formula =>
    ite(
      eq(mapOf(run, ptr(run, s)), 'null'),
      eq(lock, globalOf(run, guardPtr(type(run, s), o))),
      exists(Alloc, v =>
        and(eq(valueOf(v), mapOf(run, ptr(run, s))), ne(guardAlloc(v, o), 'null'), eq(guardAlloc(v, o), lock)),
      ),
    );
  const bound = (s: Term, o: Term): Formula =>
    some(d =>
      and(
        ne(heldKind(run, d), 'none'),
        eq(heldOff(run, d), guardOff(type(run, s), o)),
        or(
          and(ne(known(run, s), 'null'), eq(heldKnown(run, d), guardAlloc(known(run, s), o))),
          and(ne(guardPtr(type(run, s), o), 'none'), boundTo(s, o, heldKnown(run, d))),
        ),
      ),
    );
  const opened = (s: Term, o: Term): Formula => {
    switch (design.guard) {
      case 'same-allocation':
      case 'any-lock-of-value':
        return some(d => sameValue(d, s));
      case 'all-locks-of-value':
        return forall(Off, l =>
          implies(
            ne(lockAt(type(run, s), l), 'none'),
            some(d => and(sameValue(d, s), eq(heldOff(run, d), l))),
          ),
        );
      case 'declared-in-value':
        return declaredHere(s, o);
      case 'declared-anywhere':
        return or(declaredHere(s, o), declaredGlobal(s, o));
      case 'declared-global':
        return declaredGlobal(s, o);
      case 'bound-address':
        return bound(s, o);
      case 'own':
        return some(d => and(eq(heldKind(run, d), 'structure'), part.owner(d, s, o)));
      case 'lock-type':
        return some(d => and(ne(heldKind(run, d), 'none'), eq(heldType(run, d), type(run, s))));
    }
  };
  const oneLockPerValue = design.placement.locksPerValue === 'one';
  return {
    design,
    baseline: baselineOf[design.baseline],
    sameLock,
    opened: (s, o) => called('the lock of the structure is held', opened(s, o)),
    lockMayLieIn: s => (design.placement.where === 'locks-section' ? inLocksSection(ptr(run, s)) : TRUE),
    hasLockToName: t =>
      design.placement.where === 'inside-structure'
        ? or(
            ne(lockOf(t), 'none'),
            exists(Off, o => ne(graphAt(t, o), 'none')),
          )
        : ne(lockOf(t), 'none'),
    oneLockPerValue,
    lockInSameValue: [
      'same-allocation',
      'any-lock-of-value',
      'all-locks-of-value',
      'declared-in-value',
      'lock-type',
    ].includes(design.guard),
    needsAddress: design.identity.includes('address') || design.guard === 'bound-address',
    severalHeld: design.held === 'several',
    globalIds: design.ids.global,
    callbackIds: design.ids.callbackValue,
    teardown: design.teardown,
  };
};

/** For free paths: the lock that the design drains the head at `o` of `a` under; null if it takes none. */
export const drainLockIs = (p: Policy, a: Term, o: Term, lockAlloc: Term, lockOff: Term): Formula => {
  const inValue = and(eq(lockAlloc, a), ne(lockAt(typeOf(a), lockOff), 'none'));
  if (p.teardown === 'none') return not(TRUE);
  if (p.design.placement.where === 'inside-structure') return and(eq(lockAlloc, a), eq(lockOff, o));
  if (p.teardown === 'same-value') return inValue;
  return and(eq(lockAlloc, guardAlloc(a, o)), eq(lockOff, guardOff(typeOf(a), o)));
};
