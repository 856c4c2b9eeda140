/** What a held lock is, and what it protects. */
import type { GuardKind } from '../../model/design.js';
import type { Policy } from '../../model/policy.js';
import type { Formula, Term } from '../../model/term.js';
import { and, eq, exists, forall, implies, ne, not, oneOf, or } from '../../model/term.js';
import {
  Doing,
  adding,
  addRoot,
  addRootOff,
  argumentOf,
  doing,
  heldAlloc,
  heldWord,
  named,
} from '../../model/any-program.js';
import * as M from '../../model/machine-state.js';
import { variable } from '../../model/term.js';
import * as V from '../../model/verifier-state.js';
import { depths } from '../../model/verifier-state.js';
import * as W from '../../model/world.js';
import { Alloc, Class, Id, Off, Ref, Run, Scalar, Slot } from '../../model/world.js';
import type { Conjunct } from './conjunct.js';
import { all, conjunct, isActive, isObjectSlot, runs, slots } from './conjunct.js';

const isHeld = (r: Term, d: Term): Formula => ne(V.heldKind(r, d), 'none');
const every = (body: (d: Term) => Formula): Formula => and(...depths.map(body));

/** The lock behind an entry is at the offset, and of the kind and type, that the entry says. */
const isAsNamed = (r: Term, d: Term): Formula =>
  and(
    eq(heldWord(r, d), V.heldOff(r, d)),
    eq(W.typeOf(heldAlloc(r, d)), V.heldType(r, d)),
    implies(eq(V.heldKind(r, d), 'spin'), eq(W.lockAt(V.heldType(r, d), V.heldOff(r, d)), 'spin')),
    implies(oneOf(V.heldKind(r, d), 'res', 'res-irq'), eq(W.lockAt(V.heldType(r, d), V.heldOff(r, d)), 'res')),
    implies(eq(V.heldKind(r, d), 'structure'), ne(W.graphAt(V.heldType(r, d), V.heldOff(r, d)), 'none')),
  );
const sameId = (r: Term, s: Term, d: Term, which: Formula): Formula =>
  implies(
    and(isHeld(r, d), which, ne(V.heldId(r, d), 'zero'), eq(V.id(r, s), V.heldId(r, d))),
    eq(M.val(r, s), heldAlloc(r, d)),
  );

/** Which lock protects the structure at an offset of a value. A design gives one that holds, or none. */
export const protectors = {
  'own-value': {
    doc: 'the lock of the value it lies in',
    holds: (r, a) =>
      and(ne(W.lockAt(W.typeOf(a), W.lockOffset(W.typeOf(a))), 'none'), M.locked(r, a, W.lockOffset(W.typeOf(a)))),
  },
  declared: {
    doc: 'the lock of its value that it names',
    holds: (r, a, o) => M.locked(r, a, W.guardOff(W.typeOf(a), o)),
  },
  bound: {
    doc: 'the lock that is bound to it',
    holds: (r, a, o) =>
      and(ne(W.guardAlloc(a, o), 'null'), M.locked(r, W.guardAlloc(a, o), W.guardOff(W.typeOf(a), o))),
  },
  own: { doc: 'its own lock', holds: (r, a, o) => M.locked(r, a, o) },
} as const satisfies Readonly<Record<string, { doc: string; holds: (r: Term, a: Term, o: Term) => Formula }>>;
export type Protector = keyof typeof protectors;

/** The locks that could protect a structure, by what a design says opens it. */
const byGuard: Readonly<Record<GuardKind, readonly Protector[]>> = {
  'same-allocation': ['own-value'],
  'any-lock-of-value': ['own-value'],
  'all-locks-of-value': ['own-value'],
  'declared-in-value': ['declared'],
  'declared-anywhere': ['bound', 'declared'],
  'declared-global': ['bound'],
  'bound-address': ['bound'],
  own: ['own'],
  'lock-type': ['own-value'],
};
export const protectorsOf = (p: Policy): readonly Protector[] => byGuard[p.design.guard];

export const lockConjuncts = (p: Policy): Conjunct[] => [
  conjunct(
    'lock.exclusive',
    'A lock is held by one run.',
    all([Run, Run, Alloc, Off], (r, q, a, o) => implies(and(M.locked(r, a, o), M.locked(q, a, o)), eq(r, q))),
  ),
  conjunct(
    'lock.held',
    'For each lock that the verifier takes for held there is one that the run holds.',
    runs(r =>
      every(d => implies(isHeld(r, d), and(M.locked(r, heldAlloc(r, d), heldWord(r, d)), ne(heldAlloc(r, d), 'null')))),
    ),
  ),
  conjunct(
    'lock.noted',
    'For each lock that a run holds there is one that the verifier takes for held.',
    all([Run, Alloc, Off], (r, a, o) =>
      implies(
        M.locked(r, a, o),
        and(isActive(r), or(...depths.map(d => and(isHeld(r, d), eq(heldAlloc(r, d), a), eq(heldWord(r, d), o))))),
      ),
    ),
  ),
  conjunct(
    'lock.stack',
    'Held locks are a stack of different locks.',
    runs(r =>
      and(
        ...depths.slice(1).map((d, i) => implies(isHeld(r, d), isHeld(r, depths[i] as Term))),
        ...depths.flatMap((d, i) =>
          depths
            .slice(0, i)
            .map(e =>
              implies(
                and(isHeld(r, d), isHeld(r, e)),
                not(and(eq(heldAlloc(r, d), heldAlloc(r, e)), eq(heldWord(r, d), heldWord(r, e)))),
              ),
            ),
        ),
      ),
    ),
  ),
  conjunct(
    'lock.names',
    'A held lock is where its name says, and of the kind and type that the verifier notes.',
    runs(r => every(d => implies(isHeld(r, d), isAsNamed(r, d)))),
  ),
  conjunct(
    'lock.names-object',
    'A held lock in an object is where its name says, and of the kind and type that the verifier notes.',
    runs(r =>
      every(d =>
        implies(
          and(isHeld(r, d), or(W.isObject(heldAlloc(r, d)), eq(V.heldPtr(r, d), 'btf'))),
          and(W.isObject(heldAlloc(r, d)), eq(V.heldPtr(r, d), 'btf'), isAsNamed(r, d)),
        ),
      ),
    ),
  ),
  conjunct(
    'lock.same-id',
    'A pointer with the id of a held lock, other than zero, is to the memory that the lock is in.',
    slots((r, s) => every(d => sameId(r, s, d, oneOf(V.kind(r, s), 'map-value', 'object')))),
  ),
  conjunct(
    'lock.same-id-object',
    'A pointer to an object with the id of a held lock, other than zero, is to the object that the lock is in.',
    slots((r, s) => every(d => sameId(r, s, d, isObjectSlot(r, s)))),
  ),
  conjunct(
    'lock.zero-id',
    'A held lock without an id is in a global variable.',
    runs(r =>
      every(d =>
        implies(and(isHeld(r, d), eq(V.heldId(r, d), 'zero')), eq(heldAlloc(r, d), W.globalOf(r, V.heldPtr(r, d)))),
      ),
    ),
  ),
  conjunct(
    'lock.zero-id-value',
    'A held lock without an id is not in an object.',
    runs(r => every(d => implies(and(isHeld(r, d), eq(V.heldId(r, d), 'zero')), not(W.isObject(heldAlloc(r, d)))))),
  ),
  conjunct(
    'lock.one',
    'One lock is held at a time.',
    runs(r => not(isHeld(r, depths[1]))),
  ),
  ...(p.design.placement.where === 'inside-structure'
    ? []
    : [
        conjunct(
          'lock.no-structure',
          'No lock of a structure is held, since structures have none.',
          runs(r => every(d => ne(V.heldKind(r, d), 'structure'))),
        ),
      ]),
  ...(p.needsAddress
    ? [
        conjunct(
          'lock.in-value',
          'No held lock is in an object.',
          runs(r => every(d => implies(isHeld(r, d), not(W.isObject(heldAlloc(r, d)))))),
        ),
        conjunct(
          'lock.known',
          'The address of every held lock is known, and the lock is there.',
          runs(r =>
            every(d =>
              implies(isHeld(r, d), and(ne(V.heldKnown(r, d), 'null'), eq(heldAlloc(r, d), V.heldKnown(r, d)))),
            ),
          ),
        ),
      ]
    : []),
  ...(p.design.placement.where === 'locks-section'
    ? [
        conjunct(
          'lock.in-section',
          'Every held lock lies in a section of locks: in the one that its name says.',
          runs(r =>
            every(d =>
              implies(
                isHeld(r, d),
                and(
                  W.inLocksSection(V.heldPtr(r, d)),
                  ne(heldAlloc(r, d), 'null'),
                  eq(heldAlloc(r, d), W.globalOf(r, V.heldPtr(r, d))),
                ),
              ),
            ),
          ),
        ),
      ]
    : []),
  conjunct(
    'lock.object-owned',
    'A held lock inside an object is in one that the run owns, by the reference that names the lock.',
    runs(r =>
      every(d =>
        implies(
          and(isHeld(r, d), W.isObject(heldAlloc(r, d))),
          exists(Ref, x => and(eq(M.holding(r, x), heldAlloc(r, d)), eq(named(r, x), V.heldId(r, d)))),
        ),
      ),
    ),
  ),
  conjunct(
    'wait.holds-none',
    'A run that waits for a lock holds none.',
    runs(r =>
      implies(
        ne(M.waitAlloc(r), 'null'),
        and(not(isHeld(r, depths[0])), oneOf(doing(r), 'bpf_spin_lock', 'bpf_structure_lock')),
      ),
    ),
  ),
];

const graphEvents: readonly (readonly [string, 'head' | 'root'])[] = Doing.values
  .filter(n => n.startsWith('bpf_list') || n.startsWith('bpf_rbtree'))
  .map(n => [n, n.startsWith('bpf_list') ? 'head' : 'root'] as const);
const argOf = (name: string, sort: typeof Slot | typeof Off): ReturnType<typeof argumentOf> =>
  argumentOf(variable(name, sort));

/** Where a run is while it works on a structure, and under which lock. */
export const insideConjuncts = (policy: Policy): Conjunct[] => {
  const operand = (r: Term, name: 'head' | 'root'): { a: Term; o: Term } => {
    const s = argOf(name, Slot)(r);
    return { a: M.val(r, s), o: W.plus(M.voff(r, s), argOf(`${name}.add`, Off)(r)) };
  };
  const some = (name: 'head' | 'root', r: Term): Formula =>
    or(...graphEvents.filter(([, n]) => n === name).map(([e]) => eq(doing(r), e)));
  return [
    conjunct(
      'inside.operand',
      'A run in the middle of a list or tree operation is inside the structure that it named.',
      runs(r =>
        and(
          ...(['head', 'root'] as const).map(n =>
            implies(
              some(n, r),
              and(
                eq(M.insideAlloc(r), operand(r, n).a),
                eq(M.insideOff(r), operand(r, n).o),
                ne(M.insideAlloc(r), 'null'),
              ),
            ),
          ),
        ),
      ),
    ),
    conjunct(
      'inside.only-then',
      'A run is inside a structure only in the middle of an operation.',
      runs(r => implies(ne(M.insideAlloc(r), 'null'), or(eq(adding(r), 'true'), some('head', r), some('root', r)))),
    ),
    conjunct(
      'inside.locked',
      'A run that is inside a structure, or inserts into a tree, holds some lock.',
      runs(r => implies(or(ne(M.insideAlloc(r), 'null'), eq(adding(r), 'true')), isHeld(r, depths[0]))),
    ),
    conjunct(
      'inside.add',
      'A run that inserts into a tree is inside it.',
      runs(r =>
        implies(
          and(eq(adding(r), 'true'), not(some('head', r)), not(some('root', r)), ne(M.insideAlloc(r), 'null')),
          and(
            eq(M.insideAlloc(r), M.val(r, addRoot(r))),
            eq(M.insideOff(r), W.plus(M.voff(r, addRoot(r)), addRootOff(r))),
          ),
        ),
      ),
    ),
    conjunct(
      'inside.kind',
      'What a run is inside of is a head or root of memory that is there.',
      runs(r =>
        implies(
          ne(M.insideAlloc(r), 'null'),
          and(
            ne(W.graphAt(W.typeOf(M.insideAlloc(r)), M.insideOff(r)), 'none'),
            implies(W.isMapValue(M.insideAlloc(r)), W.reachesMap(r, W.valueOf(M.insideAlloc(r)))),
          ),
        ),
      ),
    ),
    ...protectorsOf(policy)
      .map(name => [name, protectors[name]] as const)
      .flatMap(([name, p]) => [
        conjunct(
          `protected.${name}`,
          `A run that is inside a structure holds ${p.doc}.`,
          runs(r => implies(ne(M.insideAlloc(r), 'null'), p.holds(r, M.insideAlloc(r), M.insideOff(r)))),
        ),
        conjunct(
          `add.protected.${name}`,
          `A run that inserts into a tree holds ${p.doc}.`,
          runs(r =>
            implies(
              eq(adding(r), 'true'),
              p.holds(r, M.val(r, addRoot(r)), W.plus(M.voff(r, addRoot(r)), addRootOff(r))),
            ),
          ),
        ),
      ]),
  ];
};

/** What holds of runs that are not under way, and of user space. */
export const idleConjuncts = (): Conjunct[] => [
  conjunct(
    'idle.machine',
    'A run that is not under way is inside nothing and waits for nothing.',
    forall(Run, r =>
      implies(
        not(isActive(r)),
        and(
          eq(M.insideAlloc(r), 'null'),
          eq(M.waitAlloc(r), 'null'),
          implies(eq(M.phase(r), 'waiting'), and(eq(doing(r), 'nothing'), eq(M.working(r), 'null'))),
        ),
      ),
    ),
  ),
  conjunct(
    'idle.verifier',
    'A run that has not begun is as the verifier begins: nothing is held, known, or open.',
    forall(Run, r =>
      implies(
        or(eq(M.phase(r), 'waiting'), W.isUser(r)),
        and(
          every(d => not(isHeld(r, d))),
          forall(Slot, s =>
            and(
              eq(V.kind(r, s), 'scalar'),
              eq(V.ref(r, s), 'zero'),
              eq(V.id(r, s), 'zero'),
              eq(M.vref(r, s), 'none'),
              not(V.nonOwning(r, s)),
              not(V.rcu(r, s)),
              not(V.untrusted(r, s)),
              not(V.maybeNull(r, s)),
            ),
          ),
          forall(Scalar, x => forall(Class, c => V.may(r, x, c))),
          forall(Id, i => not(V.refHeld(r, i))),
          every(d => not(V.irqSaved(r, d))),
          not(V.rcuLocked(r)),
          eq(V.preemptOff(r), 'c0'),
          eq(V.callbackDepth(r), 'c0'),
          not(V.inLess(r)),
          not(adding(r)),
          not(M.inRcu(r)),
          eq(M.noPreempt(r), 'c0'),
          not(M.noIrq(r)),
          eq(M.insideAlloc(r), 'null'),
          eq(M.waitAlloc(r), 'null'),
        ),
      ),
    ),
  ),
  conjunct(
    'working.user',
    'Only user space drains what it took out of a map: a value of a map.',
    forall(Run, r =>
      implies(ne(M.working(r), 'null'), and(W.isUser(r), oneOf(doing(r), 'user_update', 'user_delete'))),
    ),
  ),
];

/** RCU, preempt and IRQ regions: the verifier counts what the machine does. */
export const regionConjuncts = (p: Policy): Conjunct[] => {
  const first = depths[0] as Term;
  return [
    ...(p.baseline.missing.has('bpf_rcu_read_lock') && p.baseline.missing.has('bpf_preempt_disable')
      ? [
          conjunct(
            'region.none',
            'Programs open no RCU section and leave preemption on.',
            runs(r => and(not(V.rcuLocked(r)), eq(V.preemptOff(r), 'c0'))),
          ),
        ]
      : []),
    conjunct(
      'region.rcu',
      'The verifier knows whether an RCU section is open.',
      runs(r => eq(V.rcuLocked(r), M.inRcu(r))),
    ),
    conjunct(
      'region.preempt',
      'The verifier knows how often preemption was turned off.',
      runs(r => eq(V.preemptOff(r), M.noPreempt(r))),
    ),
    conjunct(
      'region.no-irq',
      'Programs do not turn interrupts off.',
      runs(r => not(V.irqSaved(r, first))),
    ),
    conjunct(
      'region.irq',
      'Interrupts are off while a state is saved, and the state saved first says that they were on.',
      runs(r =>
        and(
          eq(M.noIrq(r), V.irqSaved(r, first)),
          ...depths.map((d, i) =>
            implies(
              V.irqSaved(r, d) as Formula,
              i === 0
                ? not(M.savedIrq(r, V.irqFlags(r, d)))
                : and(M.savedIrq(r, V.irqFlags(r, d)) as Formula, V.irqSaved(r, depths[i - 1] as Term) as Formula),
            ),
          ),
          ...depths.flatMap((d, i) =>
            depths
              .slice(0, i)
              .map(e => implies(and(V.irqSaved(r, d), V.irqSaved(r, e)), ne(V.irqFlags(r, d), V.irqFlags(r, e)))),
          ),
        ),
      ),
    ),
  ];
};
