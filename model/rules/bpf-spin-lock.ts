/** bpf_spin_lock and bpf_spin_unlock, and the lock that `rbtree-owns-lock` puts inside every structure. */
import type { Policy } from '../policy.js';
import type { Bad, EventRules, Guard, MachineStep, Rule } from '../rule.js';
import { rule } from '../rule.js';
import type { Assign, Formula, Term } from '../term.js';
import { FALSE, TRUE, and, called, each, eq, exists, ite, lit, ne, not, oneOf, or, set, when } from '../term.js';
import { Standing, inRcu, locked, readers, standing, waitAlloc, waitOff } from '../machine-state.js';
import {
  anyLockHeld,
  depths,
  heldCells,
  heldId,
  heldKind,
  heldKnown,
  heldOff,
  heldPtr,
  heldType,
  id,
  invalidate,
  isNextFree,
  isTop,
  kind,
  known,
  maybeNull,
  nonOwning,
  ptr,
  rcu,
  run,
  type,
  untrusted,
} from '../verifier-state.js';
import { Alloc, Off, Run, Slot, sleepable, cpuOf, graphAt, lockAt, lockOf, typeOf, withoutBtf } from '../world.js';
import {
  accessBads,
  callGuards,
  event,
  headGuards,
  inLessNow,
  machineRule,
  asideMessage,
  operand,
  recordGuards,
  steps,
} from './parts.js';

const word = (want: 'spin' | 'res'): 'bpf_spin_lock' | 'bpf_res_spin_lock' =>
  want === 'res' ? 'bpf_res_spin_lock' : 'bpf_spin_lock';

/** What an argument of a lock function must be, in kernel order (check_func_arg, then process_spin_lock). */
export const lockArgumentGuards = (p: Policy, s: Term, o: Term, want: 'spin' | 'res', verb: string): Guard[] => [
  {
    name: 'lock-pointer-kind',
    holds: called(
      'a map value or an owned object',
      and(
        oneOf(kind(run, s), 'map-value', 'object'),
        not(maybeNull(run, s)),
        not(nonOwning(run, s)),
        not(rcu(run, s)),
        not(untrusted(run, s)),
      ),
    ),
    message:
      want === 'spin' ? p.baseline.messages['register-kind'] : "arg#0 doesn't point to map value or allocated object",
    ...(want === 'spin' ? { holes: [{ kindOf: s }] } : { unless: [asideMessage(s, o)] }),
    kernel: want === 'spin' ? 'check_reg_type' : 'check_kfunc_args',
    protects: ['wild-access', 'use-after-free'],
  },
  ...(want === 'spin'
    ? [
        {
          name: 'not-in-less-callback',
          holds: not(inLessNow(p)),
          message: "can't spin_{lock,unlock} in rbtree cb",
          kernel: 'check_func_arg',
          protects: ['list-race', 'self-deadlock'],
        } satisfies Guard,
      ]
    : []),
  ...recordGuards(p, s, { message: `map '%s' has no valid ${word(want)}`, holes: [{ value: ptr(run, s) }] }),
  {
    name: 'map-has-lock',
    // A resilient lock in an object is no field.
    holds: and(eq(lockOf(type(run, s)), want), ...(want === 'res' ? [ne(kind(run, s), 'object')] : [])),
    message: `map '%s' has no valid ${word(want)}`,
    holes: [{ value: ptr(run, s) }],
    unless: [
      { when: eq(kind(run, s), 'object'), message: `local 'kptr' has no valid ${word(want)}` },
      {
        when: withoutBtf(ptr(run, s)),
        message: `map '%s' has to have BTF in order to use ${word(want)}`,
        holes: [{ value: ptr(run, s) }],
      },
    ],
    kernel: 'process_spin_lock',
    protects: ['wild-access'],
  },
  {
    name: 'offset-is-lock',
    holds: eq(lockAt(type(run, s), o), want),
    message: `off %lld doesn't point to 'struct ${word(want)}' that is at %d`,
    holes: [{ offsetOf: s }, { placeOf: word(want), in: type(run, s) }],
    kernel: 'process_spin_lock',
    protects: ['wild-access'],
  },
  ...(p.design.placement.where === 'locks-section' && verb === 'lock'
    ? [
        {
          name: 'lock-in-locks-section',
          holds: p.lockMayLieIn(s),
          message: "map '%s' is not a .locks section: bpf_spin_lock is not allowed there",
          holes: [{ value: ptr(run, s) }],
          kernel: 'map_check_btf',
          protects: ['wrong-lock'],
        } satisfies Guard,
      ]
    : []),
  ...(p.needsAddress && verb === 'lock'
    ? [
        {
          name: 'lock-address-known',
          holds: ne(known(run, s), 'null'),
          message: 'R%d: the address of the bpf_spin_lock must be known when the program is verified',
          holes: [{ register: s }],
          kernel: 'process_spin_lock',
          protects: ['wrong-lock', 'unlock-not-held'],
        } satisfies Guard,
      ]
    : []),
];

/** Pushes a lock on the stack of held locks. */
export const hold = (s: Term, o: Term, heldAs: string): Assign[] =>
  depths.flatMap(d =>
    when(
      isNextFree(d),
      set(heldKind(run, d), heldAs),
      set(heldPtr(run, d), ptr(run, s)),
      set(heldId(run, d), id(run, s)),
      set(heldOff(run, d), o),
      set(heldType(run, d), type(run, s)),
      set(heldKnown(run, d), known(run, s)),
    ),
  );

/** Takes the innermost lock off the stack; non-owning references die with the critical section (invalidate_non_owning_refs). */
export const unhold = (): Assign[] => [
  ...depths.flatMap(d => when(isTop(d), ...heldCells.map(c => set(c(run, d), lit(c.sort, c.init))))),
  ...invalidate(s => eq(nonOwning(run, s), 'true')),
];

export const room = { holds: eq(heldKind(run, depths.at(-1) as Term), 'none'), of: 'locks held at once' };

const holderExists = (a: Term, o: Term): Formula =>
  called(
    'some run holds the lock',
    exists(Run, r => locked(r, a, o)),
  );

export const lockBads = (s: Term, a: Term, o: Term, want: 'spin' | 'res'): Bad[] => [
  ...accessBads(s, a),
  { property: 'wild-access', when: ne(lockAt(typeOf(a), o), want), reason: 'there is no such lock at that place' },
];

/** Machine steps of taking a lock that waits: take it when free, else wait once and then take it. */
const waitingAcquire = (
  name: string,
  a: Term,
  o: Term,
  params: Rule['params'],
  bads: readonly Bad[],
): MachineStep[] => {
  const acquire = machineRule(`${name}:acquire`, 'the run gets the lock', {
    params,
    where: not(holderExists(a, o)),
    bads,
    effects: [set(locked(run, a, o), 'true'), set(waitAlloc(run), 'null'), set(waitOff(run), 'zero')],
  });
  const holds = (r: Term, w: Term): Formula => and(ne(waitAlloc(w), 'null'), locked(r, waitAlloc(w), waitOff(w)));
  const wait = machineRule(`${name}:wait`, 'the lock is taken: the run waits', {
    params,
    where: holderExists(a, o),
    bads: [
      {
        property: 'self-deadlock',
        when: exists(Run, r => and(locked(r, a, o), eq(cpuOf(r), cpuOf(run)))),
        reason: 'the CPU waits for a lock that it holds itself',
      },
      {
        property: 'lock-cycle',
        when: exists(Run, r =>
          and(
            locked(r, a, o),
            ne(r, run),
            or(
              holds(run, r),
              exists(Run, q => and(holds(q, r), holds(run, q))),
            ),
          ),
        ),
        reason: 'the holder waits for a lock that this run holds',
      },
    ],
    effects: [set(waitAlloc(run), a), set(waitOff(run), o)],
  });
  return [
    { from: 0, to: -1, does: acquire },
    { from: 0, to: 1, does: wait },
    { from: 1, to: -1, does: acquire },
  ];
};

/** After a release: when the run holds no lock any more, what it borrowed dangles. */
export const endSection = (a: Term, o: Term): Assign[] => {
  const lastOne = not(exists(Alloc, b => exists(Off, q => and(locked(run, b, q), not(and(eq(b, a), eq(q, o)))))));
  // In a program that can sleep, the lock was all that kept RCU from ending.
  const rcuEnds = and(lastOne, eq(sleepable(run), 'true'), not(inRcu(run)));
  return [
    ...each(Slot, s => [
      set(
        standing(run, s),
        ite(
          and(eq(standing(run, s), 'borrowed'), lastOne),
          lit(Standing, 'dangling'),
          ite(and(eq(standing(run, s), 'rcu'), rcuEnds), lit(Standing, 'probed'), standing(run, s)),
        ),
      ),
    ]),
    ...each(Alloc, n => [set(readers(n, run), and(readers(n, run), not(rcuEnds)))]),
  ];
};

/** A release needs a held lock, and the innermost must be this one. */
const unlockGuards = (p: Policy, s: Term, o: Term, heldAs: 'spin' | 'structure'): Guard[] => [
  {
    name: 'unlock-some-lock-held',
    holds: anyLockHeld,
    message: 'bpf_spin_unlock without taking a lock',
    kernel: 'process_spin_lock',
    protects: ['unlock-not-held'],
  },
  {
    name: 'unlock-same-lock',
    holds: or(...depths.map(d => and(isTop(d), eq(heldKind(run, d), heldAs), p.sameLock(d, s, o)))),
    message: 'bpf_spin_unlock of different lock',
    unless: [
      {
        when: or(...depths.map(d => and(eq(heldKind(run, d), heldAs), p.sameLock(d, s, o)))),
        message: 'bpf_spin_unlock cannot be out of order',
      },
    ],
    kernel: 'process_spin_lock',
    protects: ['unlock-not-held', 'lock-leak'],
  },
];

export const bpfSpinLock = (p: Policy): EventRules[] => {
  const lock = operand('lock');
  const { a, o } = lock.at();
  const source = [{ kernel: 'process_spin_lock' }];
  return [
    steps(
      'bpf_spin_lock',
      rule('bpf_spin_lock', 'Takes a lock; its identity is remembered as held.', {
        source,
        params: lock.params,
        guards: [
          ...(p.severalHeld ? [] : callGuards(p, 'bpf_spin_lock')),
          ...lockArgumentGuards(p, lock.s, lock.o, 'spin', 'lock'),
        ],
        effects: hold(lock.s, lock.o, 'spin'),
        capacity: [room],
      }),
      ...waitingAcquire('bpf_spin_lock', a, o, lock.params, lockBads(lock.s, a, o, 'spin')),
    ),
    event(
      'bpf_spin_unlock',
      rule('bpf_spin_unlock', 'Releases the held lock, which must be the same one; non-owning references end here.', {
        source,
        params: lock.params,
        guards: [
          ...lockArgumentGuards(p, lock.s, lock.o, 'spin', 'unlock'),
          ...unlockGuards(p, lock.s, lock.o, 'spin'),
        ],
        effects: unhold(),
      }),
      machineRule('bpf_spin_unlock', 'the lock word is free again', {
        params: lock.params,
        bads: [
          ...lockBads(lock.s, a, o, 'spin'),
          { property: 'unlock-not-held', when: not(locked(run, a, o)), reason: 'the run does not hold this lock' },
        ],
        effects: [set(locked(run, a, o), 'false'), ...endSection(a, o)],
      }),
    ),
  ];
};

/** The lock of `rbtree-owns-lock`: every head and root carries its own. */
export const structureLock = (p: Policy): EventRules[] => {
  const lock = operand('lock');
  const { a, o } = lock.at();
  const source = [{ mail: '4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com' }];
  const argument: Guard[] = [
    {
      name: 'structure-has-lock',
      holds: p.design.placement.where === 'inside-structure' ? TRUE : FALSE,
      message: 'structures have no lock of their own in this design',
      kernel: 'process_spin_lock',
      protects: { policy: 'the call exists only where structures own their lock' },
    },
    ...headGuards(p, lock.s, lock.o, 'list', 0).filter(g => g.name === 'head-pointer-kind' || g.name === 'head-owned'),
    {
      name: 'not-in-less-callback',
      holds: not(inLessNow(p)),
      message: "can't spin_{lock,unlock} in rbtree cb",
      kernel: 'check_func_arg',
      protects: ['list-race', 'self-deadlock'],
    },
    {
      name: 'head-at-offset',
      holds: ne(graphAt(type(run, lock.s), lock.o), 'none'),
      message: 'no list head or tree root at offset=%u',
      holes: [{ offsetOf: lock.s }],
      kernel: '__process_kf_arg_ptr_to_graph_root',
      protects: ['wild-access'],
    },
  ];
  const bads: Bad[] = [
    ...accessBads(lock.s, a),
    {
      property: 'wild-access',
      when: eq(graphAt(typeOf(a), o), 'none'),
      reason: 'there is no head or root at that place',
    },
  ];
  return [
    steps(
      'bpf_structure_lock',
      rule('bpf_structure_lock', "Takes the structure's own lock.", {
        source,
        params: lock.params,
        guards: [...callGuards(p, 'bpf_structure_lock'), ...argument],
        effects: hold(lock.s, lock.o, 'structure'),
        capacity: [room],
      }),
      ...waitingAcquire('bpf_structure_lock', a, o, lock.params, bads),
    ),
    event(
      'bpf_structure_unlock',
      rule('bpf_structure_unlock', "Releases the structure's own lock.", {
        source,
        params: lock.params,
        guards: [...argument, ...unlockGuards(p, lock.s, lock.o, 'structure')],
        effects: unhold(),
      }),
      machineRule('bpf_structure_unlock', "the structure's lock is free again", {
        params: lock.params,
        bads: [
          ...bads,
          { property: 'unlock-not-held', when: not(locked(run, a, o)), reason: 'the run does not hold it' },
        ],
        effects: [set(locked(run, a, o), 'false'), ...endSection(a, o)],
      }),
    ),
  ];
};
