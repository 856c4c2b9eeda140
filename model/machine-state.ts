/** What is: the whole concrete state, a sentence a field. */
import type { Assign, Formula, Term } from './term.js';
import {
  Bool,
  and,
  called,
  cell,
  each,
  enumSort,
  eq,
  exists,
  forall,
  implies,
  ite,
  lit,
  ne,
  not,
  or,
  set,
} from './term.js';
import {
  Alloc,
  Class,
  Off,
  Ref,
  Run,
  Scalar,
  Slot,
  containsOff,
  containsType,
  contextOf,
  cpuOf,
  graphAt,
  interrupts,
  isMap,
  isObject,
  kptrAt,
  lockAt,
  nodeAt,
  plus,
  sleepable,
  specialAt,
  typeOf,
  valueOf,
} from './world.js';
import { Count, run } from './verifier-state.js';

export const Phase = enumSort('Phase', 'waiting', 'active', 'done');
export const Life = enumSort('Life', 'unborn', 'live', 'zombie', 'freed');
/**
 * How a run came by the pointer in a slot. `plain`: a lookup or an owning reference; `borrowed`: without a reference, good in
 * the critical section; `dangling`: its critical section is over; `gone`: its reference was released or given away;
 * `rcu`: loaded from a kptr inside an RCU section, which protects it; `probed`: the same without one, or after its end: the
 * verifier takes it for untrusted, and loads through it are fault-handled.
 */
export const Standing = enumSort('Standing', 'plain', 'borrowed', 'dangling', 'gone', 'rcu', 'probed');

// Runs
export const phase = cell('phase', [Run], Phase, 'not started, under way, or over');
export const val = cell('val', [Run, Slot], Alloc, 'what the pointer points into');
export const voff = cell('voff', [Run, Slot], Off, 'where in it');
export const vref = cell('vref', [Run, Slot], Ref, 'the reference instance the pointer carries');
export const standing = cell('standing', [Run, Slot], Standing, 'how the run came by it');
export const cls = cell('class', [Run, Scalar, Class], Bool, 'the scalar may have this value', { init: 'true' });
export const inRcu = cell('in-rcu', [Run], Bool, 'inside an explicit RCU section');
export const noPreempt = cell('no-preempt', [Run], Count, 'how often the program has disabled preemption');
export const noIrq = cell('no-irq', [Run], Bool, 'interrupts disabled by the program');
export const savedIrq = cell(
  'saved-irq',
  [Run, Slot],
  Bool,
  'the interrupt state kept in a variable: interrupts were off',
);
export const insideAlloc = cell('inside-alloc', [Run], Alloc, 'the allocation whose head or root the run works on');
export const insideOff = cell('inside-off', [Run], Off, 'the offset of that head or root');
export const waitAlloc = cell('wait-alloc', [Run], Alloc, 'the allocation whose lock the run waits for');
export const waitOff = cell('wait-off', [Run], Off, 'the offset of that lock');
export const working = cell('working', [Run], Alloc, 'what user space or a free path is about to drain');

// Memory
export const life = cell('life', [Alloc], Life, 'whether the memory is allocated', {
  domain: a => isObject(a as Term),
});
export const readers = cell('readers', [Alloc, Run], Bool, 'the run was in an RCU section when the object was freed', {
  domain: a => isObject(a as Term),
});
export const mapFreed = cell('map-freed', [Alloc], Bool, 'the map and its values are gone', {
  domain: a => isMap(a as Term),
});
export const entry = cell(
  'entry',
  [Alloc, Class],
  Alloc,
  'what a map holds at a key: a value, an inner map, or nothing',
  {
    domain: a => isMap(a as Term),
  },
);
export const locked = cell(
  'locked',
  [Run, Alloc, Off],
  Bool,
  'the run holds the lock word, or the lock inside the head or root',
  {
    domain: (_r, a, o) => or(ne(lockAt(typeOf(a), o), 'none'), ne(graphAt(typeOf(a), o), 'none')),
  },
);
/** Membership: the node at the second place is linked into the head or root at the first. */
export const linked = cell('linked', [Alloc, Off, Alloc, Off], Bool, 'a node is in a list or tree', {
  domain: (s, so, n, no) =>
    and(
      ne(graphAt(typeOf(s as Term), so as Term), 'none'),
      isObject(n as Term),
      eq(containsType(typeOf(s as Term), so as Term), typeOf(n as Term)),
      eq(containsOff(typeOf(s as Term), so as Term), no as Term),
    ),
});
export const stashed = cell('stashed', [Alloc, Off, Alloc], Bool, 'a kptr field holds the object', {
  domain: (a, o, n) =>
    and(
      ne(kptrAt(typeOf(a as Term), o as Term), 'none'),
      isObject(n as Term),
      eq(kptrAt(typeOf(a as Term), o as Term), typeOf(n as Term)),
    ),
});
export const holding = cell('holding', [Run, Ref], Alloc, 'the object a reference instance of the run counts on', {
  domain: (_r, x) => ne(x as Term, 'none'),
});

export const machineCells = [
  phase,
  val,
  voff,
  vref,
  standing,
  cls,
  inRcu,
  noPreempt,
  noIrq,
  savedIrq,
  insideAlloc,
  insideOff,
  waitAlloc,
  waitOff,
  working,
  life,
  readers,
  mapFreed,
  entry,
  locked,
  linked,
  stashed,
  holding,
] as const;

const active = (r: Term): Formula => eq(phase(r), 'active');
/** No run that interrupts this one on its CPU is under way. */
export const mayStep: Formula = called(
  'nothing interrupts the run',
  forall(Run, r => not(and(interrupts(r, run), active(r)))),
);
/** An interrupting run starts inside the interrupted one, and an irq only where interrupts are on; others when their CPU is idle. */
export const mayStart: Formula = called(
  'the run can start',
  and(
    eq(phase(run), 'waiting'),
    or(
      not(exists(Run, r => interrupts(run, r))),
      exists(Run, r => and(interrupts(run, r), active(r))),
    ),
    forall(Run, r => implies(and(active(r), eq(cpuOf(r), cpuOf(run))), interrupts(run, r))),
    or(
      ne(contextOf(run), 'irq'),
      forall(Run, r =>
        implies(
          and(interrupts(run, r), active(r)),
          and(
            not(noIrq(r)),
            forall(Alloc, a => forall(Off, o => not(and(locked(r, a, o), eq(lockAt(typeOf(a), o), 'spin'))))),
          ),
        ),
      ),
    ),
  ),
);

/** The run holds some lock. */
export const holdsLock = (r: Term): Formula => exists(Alloc, a => exists(Off, o => locked(r, a, o)));
/** The run is inside an RCU read-side section: an explicit one, a program that can't sleep, or the interrupts-off section of a lock. */
export const inRcuSection = (r: Term): Formula => or(inRcu(r), and(not(sleepable(r)), active(r)), holdsLock(r));

/** The memory has not been handed to anybody else: allocated, or freed with a reader under way. Maps and values: not torn down. */
export const valid = (a: Term): Formula =>
  called(
    'the memory is valid',
    and(
      ne(a, 'null'),
      implies(
        isObject(a),
        or(
          eq(life(a), 'live'),
          and(
            eq(life(a), 'zombie'),
            exists(Run, r => readers(a, r)),
          ),
        ),
      ),
      implies(isMap(a), not(mapFreed(a))),
      implies(and(not(isObject(a)), not(isMap(a))), not(mapFreed(valueOf(a)))),
    ),
  );

/** The pointer in a slot, moved by a constant. */
export const place = (s: Term, add: Term): { a: Term; o: Term } => ({ a: val(run, s), o: plus(voff(run, s), add) });

/** Somebody other than the given reference counts on the object: another reference, a link, a kptr field. */
export const countedElsewhere = (n: Term, except: Term): Formula =>
  or(
    exists(Run, r => exists(Ref, x => and(ne(x, 'none'), eq(holding(r, x), n), not(and(eq(r, run), eq(x, except)))))),
    exists(Alloc, s => exists(Off, so => exists(Off, no => linked(s, so, n, no)))),
    exists(Alloc, a => exists(Off, o => stashed(a, o, n))),
  );

/**
 * The memory of an object after its last reference: reusable when all RCU sections of that moment are over (kernel:
 * `__bpf_obj_drop_impl`, which since 6.6 calls bpf_mem_free_rcu for every object, refcounted or not).
 */
export const afterFree: Term = lit(Life, 'zombie');

/** Frees the object `n` where `p` holds: readers under way are remembered, and what it contains goes with it (one level). */
export const freeObject = (p: Formula, n: Term): Assign[] => [
  set(life(n), ite(p, afterFree, life(n))),
  ...each(Run, r => [set(readers(n, r), or(and(p, inRcuSection(r)), and(not(p), readers(n, r))))]),
];

/** What a freed container held is released: each of its nodes and stashed objects is freed unless counted elsewhere (one level). */
export const drainAll = (p: Formula, isContainer: (s: Term) => Formula): Assign[] => {
  const isIn = (s: Term, n: Term): Formula =>
    or(
      exists(Off, so => exists(Off, no => linked(s, so, n, no))),
      exists(Off, o => stashed(s, o, n)),
    );
  const dies = (n: Term): Formula =>
    and(
      p,
      exists(Alloc, s => and(isContainer(s), isIn(s, n))),
      not(exists(Run, r => exists(Ref, x => and(ne(x, 'none'), eq(holding(r, x), n))))),
      not(exists(Alloc, s => and(not(isContainer(s)), isIn(s, n)))),
    );
  return [
    ...each(Alloc, n => [
      set(life(n), ite(dies(n), afterFree, life(n))),
      ...each(Run, r => [set(readers(n, r), or(readers(n, r), and(dies(n), inRcuSection(r))))]),
    ]),
    ...each(Alloc, s =>
      each(Off, so =>
        each(Alloc, n =>
          each(Off, no => [set(linked(s, so, n, no), and(linked(s, so, n, no), not(and(p, isContainer(s)))))]),
        ),
      ),
    ),
    ...each(Alloc, s =>
      each(Off, o => each(Alloc, n => [set(stashed(s, o, n), and(stashed(s, o, n), not(and(p, isContainer(s)))))])),
    ),
  ];
};
export const drain = (p: Formula, container: Term): Assign[] => drainAll(p, s => eq(s, container));

/** All pointers of the run that carry a reference get another standing and lose it. */
export const restand = (which: (s: Term) => Formula, to: string, keepRef = false): Assign[] =>
  each(Slot, s => [
    set(standing(run, s), ite(which(s), lit(Standing, to), standing(run, s))),
    ...(keepRef ? [] : [set(vref(run, s), ite(which(s), lit(Ref, 'none'), vref(run, s)))]),
  ]);

export const runOwns = (s: Term): Formula =>
  called(
    'the run owns the object',
    and(ne(vref(run, s), 'none'), ne(val(run, s), 'null'), eq(holding(run, vref(run, s)), val(run, s))),
  );

/** Access to plain data at the place is meaningful. */
export const plainAt = (a: Term, o: Term): Formula => and(ne(a, 'null'), not(isMap(a)), not(specialAt(typeOf(a), o)));
export const nodeMatches = (s: Term, so: Term, n: Term, no: Term): Formula =>
  and(
    ne(nodeAt(typeOf(n), no), 'none'),
    eq(nodeAt(typeOf(n), no), graphAt(typeOf(s), so)),
    eq(containsType(typeOf(s), so), typeOf(n)),
    eq(containsOff(typeOf(s), so), no),
  );
