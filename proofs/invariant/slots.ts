/** What a slot holds is what the verifier takes it for. */
import type { Policy } from '../../model/policy.js';
import type { Formula, Term } from '../../model/term.js';
import { and, eq, implies, ne, not, oneOf, or } from '../../model/term.js';
import * as M from '../../model/machine-state.js';
import * as V from '../../model/verifier-state.js';
import * as W from '../../model/world.js';
import { Alloc, Class, Run, Scalar, Slot } from '../../model/world.js';
import type { Conjunct } from './conjunct.js';
import { all, conjunct, isObjectSlot, runs, slots } from './conjunct.js';

const notNull = (r: Term, s: Term): Formula => ne(M.val(r, s), 'null');
const isValue = (r: Term, s: Term): Formula => eq(V.kind(r, s), 'map-value');
const isInner = (r: Term, s: Term): Formula => eq(V.kind(r, s), 'inner-map');
const isPointer = (r: Term, s: Term): Formula => oneOf(V.kind(r, s), 'map-value', 'inner-map', 'object', 'probe');

export const slotConjuncts = (p: Policy): Conjunct[] => [
  conjunct(
    'slot.null',
    'A pointer that was tested, or that cannot be NULL, is not, nor is a number that a test found so; what is known to be NULL is.',
    slots((r, s) =>
      and(
        implies(eq(V.kind(r, s), 'not-zero'), ne(M.val(r, s), 'null')),
        implies(eq(V.kind(r, s), 'null'), and(eq(M.val(r, s), 'null'), eq(M.vref(r, s), 'none'))),
        implies(and(or(isValue(r, s), isInner(r, s)), eq(M.val(r, s), 'null')), V.maybeNull(r, s)),
      ),
    ),
  ),
  conjunct(
    'slot.null-object',
    'A pointer to an object that was tested, or that cannot be NULL, is not, unless it is not trusted.',
    slots((r, s) =>
      implies(and(isObjectSlot(r, s), eq(M.val(r, s), 'null')), or(V.maybeNull(r, s), V.untrusted(r, s))),
    ),
  ),
  ...(p.design.hasGraphs
    ? []
    : [
        conjunct(
          'slot.no-objects',
          'Programs have no objects.',
          slots((r, s) => not(isObjectSlot(r, s))),
        ),
      ]),
  conjunct(
    'slot.map-value',
    'A pointer to a map value points to a value of that type, at that offset.',
    slots((r, s) =>
      implies(
        and(isValue(r, s), notNull(r, s)),
        and(
          W.isMapValue(M.val(r, s)),
          eq(W.typeOf(M.val(r, s)), V.type(r, s)),
          eq(M.voff(r, s), V.off(r, s)),
          eq(M.standing(r, s), 'plain'),
          implies(ne(W.mapOf(r, V.ptr(r, s)), 'null'), eq(W.valueOf(M.val(r, s)), W.mapOf(r, V.ptr(r, s)))),
        ),
      ),
    ),
  ),
  conjunct(
    'slot.known-object',
    'The address of an object is never known.',
    slots((r, s) => implies(isObjectSlot(r, s), eq(V.known(r, s), 'null'))),
  ),
  conjunct(
    'slot.no-section',
    'What is not named by a map of the program is in no section of locks.',
    slots((r, s) =>
      implies(
        and(or(isValue(r, s), isInner(r, s)), eq(W.mapOf(r, V.ptr(r, s)), 'null')),
        not(W.inLocksSection(V.ptr(r, s))),
      ),
    ),
  ),
  conjunct(
    'slot.flags',
    'Only objects are non-owning, borrowed, untrusted or referenced; what is no pointer has no id.',
    slots((r, s) =>
      and(
        or(
          isObjectSlot(r, s),
          and(
            not(V.nonOwning(r, s)),
            not(V.rcu(r, s)),
            not(V.untrusted(r, s)),
            eq(V.ref(r, s), 'zero'),
            eq(M.vref(r, s), 'none'),
          ),
        ),
        or(isPointer(r, s), and(eq(V.id(r, s), 'zero'), not(V.maybeNull(r, s)))),
        implies(V.maybeNull(r, s), ne(V.id(r, s), 'zero')),
      ),
    ),
  ),
  conjunct(
    'slot.untrusted',
    'What the verifier does not trust is a probe.',
    slots((r, s) => implies(or(V.untrusted(r, s), eq(V.kind(r, s), 'probe')), eq(M.standing(r, s), 'probed'))),
  ),
  conjunct(
    'slot.type',
    'The type of a pointer to a map value is the type that values of that map have.',
    slots((r, s) => implies(or(isValue(r, s), isInner(r, s)), eq(V.type(r, s), W.valueType(V.ptr(r, s))))),
  ),
  conjunct(
    'slot.inner-map',
    'A pointer to an inner map points to a map that fits the template.',
    slots((r, s) =>
      implies(
        and(isInner(r, s), notNull(r, s)),
        and(
          W.isMap(M.val(r, s)),
          eq(W.elementType(M.val(r, s)), W.valueType(V.ptr(r, s))),
          all([Alloc], w => not(W.fits(M.val(r, s), w))),
          W.reachesMap(r, M.val(r, s)),
          not(M.mapFreed(M.val(r, s))),
        ),
      ),
    ),
  ),
  conjunct(
    'slot.template',
    'The template of inner maps has no name in the program.',
    slots((r, s) =>
      implies(isInner(r, s), and(eq(W.mapOf(r, V.ptr(r, s)), 'null'), not(W.inLocksSection(V.ptr(r, s))))),
    ),
  ),
  conjunct(
    'slot.value-lives',
    'The map of a value that a slot points to is there.',
    slots((r, s) =>
      implies(
        and(isValue(r, s), notNull(r, s)),
        and(W.reachesMap(r, W.valueOf(M.val(r, s))), not(M.mapFreed(W.valueOf(M.val(r, s))))),
      ),
    ),
  ),
  conjunct(
    'slot.object',
    'A pointer to an object points to an object of that type, at that offset.',
    slots((r, s) =>
      implies(
        and(isObjectSlot(r, s), notNull(r, s)),
        and(W.isObject(M.val(r, s)), eq(W.typeOf(M.val(r, s)), V.type(r, s)), eq(M.voff(r, s), V.off(r, s))),
      ),
    ),
  ),
  conjunct(
    'slot.standing',
    'An object that a slot points to is not dangling, and not given away, nor is a probe.',
    slots((r, s) =>
      implies(
        oneOf(V.kind(r, s), 'object', 'probe'),
        and(
          not(oneOf(M.standing(r, s), 'dangling', 'gone')),
          implies(eq(M.standing(r, s), 'borrowed'), V.nonOwning(r, s)),
        ),
      ),
    ),
  ),
  conjunct(
    'slot.same-id',
    'Pointers with the same id, other than zero, point to the same memory.',
    runs(r =>
      all([Slot, Slot], (s, t) =>
        implies(
          and(isPointer(r, s), isPointer(r, t), ne(V.id(r, s), 'zero'), eq(V.id(r, s), V.id(r, t))),
          and(eq(M.val(r, s), M.val(r, t)), eq(M.vref(r, s), M.vref(r, t))),
        ),
      ),
    ),
  ),
  conjunct(
    'slot.zero-id',
    'A pointer without an id, of a type whose lock has a name, is to a global variable.',
    slots((r, s) =>
      implies(
        and(isValue(r, s), not(V.maybeNull(r, s)), eq(V.id(r, s), 'zero'), p.hasLockToName(V.type(r, s))),
        eq(M.val(r, s), W.globalOf(r, V.ptr(r, s))),
      ),
    ),
  ),
  conjunct(
    'slot.object-id',
    'The id of an owned object of a type with a lock is that of its reference.',
    slots((r, s) =>
      implies(
        and(isObjectSlot(r, s), ne(V.ref(r, s), 'zero'), p.hasLockToName(V.type(r, s))),
        eq(V.id(r, s), V.ref(r, s)),
      ),
    ),
  ),
  conjunct(
    'slot.object-is-btf',
    'Objects are of the BTF of the program, values of maps are not.',
    slots((r, s) =>
      and(
        implies(isObjectSlot(r, s), eq(V.ptr(r, s), 'btf')),
        implies(or(isValue(r, s), isInner(r, s)), and(ne(V.ptr(r, s), 'btf'), ne(V.ptr(r, s), 'none'))),
      ),
    ),
  ),
  conjunct(
    'slot.known',
    'The address of a value with a lock or head that the verifier knows is its address.',
    slots((r, s) =>
      implies(
        and(
          or(isValue(r, s), isInner(r, s)),
          ne(V.known(r, s), 'null'),
          notNull(r, s),
          or(W.hasLock(V.ptr(r, s)), W.hasGraph(V.ptr(r, s))),
        ),
        eq(M.val(r, s), V.known(r, s)),
      ),
    ),
  ),
  conjunct(
    'scalar.class',
    'A scalar has only values that the verifier thinks it may have.',
    runs(r => all([Scalar, Class], (x, c) => implies(M.cls(r, x, c), V.may(r, x, c)))),
  ),
];

export const mapConjuncts = (): Conjunct[] => [
  conjunct(
    'map.entries',
    'A map holds values of its own, a map of maps those that fit its template.',
    all([Alloc, Class], (m, c) =>
      implies(
        ne(M.entry(m, c), 'null'),
        or(and(W.isMapValue(M.entry(m, c)), eq(W.valueOf(M.entry(m, c)), m)), W.fits(m, M.entry(m, c))),
      ),
    ),
  ),
  conjunct(
    'map.known-entries',
    'Where the address of a value is known, that value is there.',
    all([Alloc, Class], (m, c) =>
      implies(
        and(ne(W.knownEntry(m, c), 'null'), not(W.fits(m, W.knownEntry(m, c)))),
        eq(M.entry(m, c), W.knownEntry(m, c)),
      ),
    ),
  ),
  conjunct(
    'map.inner-lives',
    'A map that is in a map of maps is there as long as that is.',
    all([Alloc, Class], (m, c) =>
      implies(and(W.isMap(M.entry(m, c)), not(M.mapFreed(m))), not(M.mapFreed(M.entry(m, c)))),
    ),
  ),
  conjunct(
    'map.used-lives',
    'A map is there as long as a program that refers to it is loaded.',
    all([Run, Alloc], (r, m) => implies(and(W.usesMap(r, m), M.mapFreed(m)), eq(M.phase(r), 'done'))),
  ),
];
