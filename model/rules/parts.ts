/** Guards, bad things and parameters that several rules share. */
import type { Policy } from '../policy.js';
import type { Bad, Choice, EventRules, Guard, MachineStep, Message, Rule } from '../rule.js';
import { rule } from '../rule.js';
import type { Formula, Term, Var } from '../term.js';
import { TRUE, and, called, eq, exists, implies, ne, not, oneOf, or, variable } from '../term.js';
import { cls, holding, insideAlloc, insideOff, mayStep, place, standing, valid, working } from '../machine-state.js';
import {
  anyLockHeld,
  kind,
  maybeNull,
  nonOwning,
  off,
  rcu,
  ref,
  run,
  staticInLess,
  inLess,
  isUntrusted,
  type,
  unused,
  untrusted,
} from '../verifier-state.js';
import {
  Class,
  Id,
  Off,
  Ref,
  Run,
  Scalar,
  Slot,
  brokenContains,
  containsOff,
  containsType,
  graphAt,
  headWithoutLock,
  isMap,
  nodeAt,
  plus,
  programObjects,
  severalLocks,
  tooManyFields,
  typeOf,
} from '../world.js';

export const slotParam = (name: string): Var => variable(name, Slot);
export const addParam = (name: string): Var => variable(`${name}.add`, Off);

/** The two parameters of a pointer operand, and what the verifier and the machine make of them. */
export const operand = (name: string): { params: Var[]; s: Var; add: Var; o: Term; at: () => { a: Term; o: Term } } => {
  const s = slotParam(name);
  const add = addParam(name);
  return { params: [s, add], s, add, o: plus(off(run, s), add), at: () => place(s, add) };
};

export const freshId = variable('fresh', Id);
export const pickFresh: Choice = { of: freshId, take: 'first' };
export const isFresh: Formula = unused(freshId);

export const newRef = variable('new-ref', Ref);
export const pickRef: Choice = { of: newRef, take: 'first' };
/** A reference instance that is not in use. */
export const isFreeRef: Formula = and(ne(newRef, 'none'), eq(holding(run, newRef), 'null'));

export const isClass = (scalar: Term, c: Term): Formula => cls(run, scalar, c);
export const keyClass = variable('key-class', Class);
export const keyParam = variable('key', Scalar);

/** An event whose machine side is one step. */
export const event = (name: string, verifier: Rule, machine: Rule): EventRules => ({
  event: name,
  verifier,
  machine: [{ from: 0, to: -1, does: machine }],
});
export const steps = (name: string, verifier: Rule, ...machine: MachineStep[]): EventRules => ({
  event: name,
  verifier,
  machine,
});

/** A machine rule: it can happen only while nothing interrupts the run. */
export const machineRule = (name: string, doc: string, parts: Partial<Omit<Rule, 'name' | 'doc'>>): Rule =>
  rule(name, doc, { ...parts, where: and(mayStep, parts.where ?? TRUE) });

// Guards

/** What is registered for some types of programs only, and under what name. */
const OF_OBJECTS = /^bpf_(obj_|refcount_|list_|rbtree_|throw$)/;
const WITH_META = /^bpf_(obj_new|obj_drop|refcount_acquire|list_push_front|list_push_back|rbtree_add)$/;

/** Where a helper or kfunc can be called at all: what the baseline does not list is not called under a lock (kernel: do_check). */
export const callGuards = (p: Policy, fn: string): Guard[] => [
  ...(p.baseline.allowedUnderLock.has(fn)
    ? []
    : [
        {
          name: 'no-call-under-lock',
          holds: not(anyLockHeld),
          message: 'function calls are not allowed while holding a lock',
          kernel: 'do_check',
          protects: ['self-deadlock', 'lock-leak', 'lock-cycle', 'context-leak'] as const,
        },
      ]),
  ...(OF_OBJECTS.test(fn)
    ? [
        {
          name: 'function-of-program-type',
          holds: programObjects(run),
          message: `calling kernel function ${fn}${WITH_META.test(fn) ? '_impl' : ''} is not allowed`,
          kernel: 'fetch_kfunc_meta',
          protects: { policy: 'functions of the kernel are registered for types of programs' },
        },
      ]
    : []),
];

export const inLessNow = (p: Policy): Formula =>
  called(
    'inside less()',
    p.baseline.lessCallbackChecks === 'any-frame'
      ? eq(inLess(run), 'true')
      : and(inLess(run), eq(staticInLess(run), 'c0')),
  );

const memoryGuard = (s: Term, message: string, ...kinds: string[]): Guard => ({
  name: 'access-pointer-usable',
  holds: called('a pointer to memory that is not NULL', and(oneOf(kind(run, s), ...kinds), not(maybeNull(run, s)))),
  message,
  holes: [{ register: s }, { kindOf: s }],
  kernel: 'check_mem_access',
  protects: ['wild-access', 'use-after-free', 'dangling-ref'],
});

/** Something keeps alive what the pointer points to, or did when it was borrowed. */
export const keptGuard = (s: Term, message: string): Guard => memoryGuard(s, message, 'map-value', 'object');
/** Or nothing does: a probe. */
export const usableGuard = (s: Term, message = "R%d invalid mem access '%s'"): Guard =>
  memoryGuard(s, message, 'map-value', 'object', 'probe');

/** The head or root argument of a graph kfunc, in kernel order. */
export const headGuards = (p: Policy, s: Term, o: Term, graph: 'list' | 'rbtree', arg: number): Guard[] => {
  const what = graph === 'list' ? 'bpf_list_head' : 'bpf_rb_root';
  return [
    {
      name: 'head-pointer-kind',
      holds: and(
        oneOf(kind(run, s), 'map-value', 'object'),
        not(maybeNull(run, s)),
        not(nonOwning(run, s)),
        not(rcu(run, s)),
        not(untrusted(run, s)),
      ),
      message: `arg#${String(arg)} expected pointer to map value or allocated object`,
      unless: [asideMessage(s, o)],
      kernel: 'check_kfunc_args',
      protects: ['wild-access', 'use-after-free'],
    },
    {
      name: 'head-owned',
      holds: implies(eq(kind(run, s), 'object'), ne(ref(run, s), 'zero')),
      message: 'allocated object must be referenced',
      kernel: 'check_kfunc_args',
      protects: ['use-after-free'],
    },
    ...recordGuards(p, s, { message: `${what} not found at offset=%u`, holes: [{ offsetOf: s }] }),
    {
      name: 'head-at-offset',
      holds: eq(graphAt(type(run, s), o), graph),
      message: `${what} not found at offset=%u`,
      holes: [{ offsetOf: s }],
      kernel: '__process_kf_arg_ptr_to_graph_root',
      protects: ['wild-access'],
    },
    {
      name: 'head-lock-held',
      holds: anyLockHeld,
      message: `bpf_spin_lock at off=%d must be held for ${what}`,
      holes: [{ placeOf: 'bpf_spin_lock', in: type(run, s) }],
      kernel: 'check_reg_allocation_locked',
      protects: ['list-race'],
    },
    {
      name: 'head-lock-matches',
      holds: p.opened(s, o),
      message: 'held lock and object are not in the same allocation',
      kernel: 'check_reg_allocation_locked',
      protects: ['list-race', 'wrong-lock'],
    },
  ];
};
/**
 * The record of a value must be valid: a broken one hides every special field, and the map that has it is created all the same
 * (kernel: btf_parse_fields returns an error pointer), so the failure shows where a field is used.
 */
export const recordGuards = (p: Policy, s: Term, said: Message): Guard[] => [
  {
    name: 'one-lock-per-value',
    holds: p.oneLockPerValue ? called('the value has at most one lock', not(severalLocks(type(run, s)))) : TRUE,
    ...said,
    kernel: 'btf_parse_fields',
    protects: ['list-race', 'wrong-lock', 'unlock-not-held'],
  },
  {
    name: 'field-limit',
    holds: not(tooManyFields(type(run, s))),
    ...said,
    kernel: 'btf_find_struct_field',
    protects: { policy: 'the record has room for 11 fields' },
  },
  {
    name: 'head-has-lock',
    holds: p.lockInSameValue ? not(headWithoutLock(type(run, s))) : TRUE,
    ...said,
    kernel: 'btf_parse_fields',
    protects: ['list-race'],
  },
  {
    name: 'contains-resolves',
    holds: not(brokenContains(type(run, s))),
    ...said,
    kernel: 'btf_parse_graph_root',
    protects: ['wild-access'],
  },
];

/** NULL, or a pointer that may be: not NULL moved by a constant, which is a number like others (kernel: check_kfunc_args). */
export const isNullArgument = (s: Term, o: Term): Formula =>
  or(maybeNull(run, s), and(eq(kind(run, s), 'null'), eq(o, 'zero')));

/**
 * A pointer into an object, not to its start, where the kernel knows too little of the object to follow it: it may be NULL, is
 * untrusted, or is of a type without a node and borrowed under RCU (kernel: check_func_arg_reg_off).
 */
export const pointsAside = (s: Term, o: Term): Formula =>
  and(
    oneOf(kind(run, s), 'object', 'probe'),
    or(
      and(maybeNull(run, s), ne(off(run, s), 'zero')),
      and(ne(o, 'zero'), or(isUntrusted(s), and(rcu(run, s), not(nonOwning(run, s))))),
    ),
  );
/** What is said of it before its kind is asked for. */
export const asideMessage = (s: Term, o: Term): { readonly when: Formula } & Message => ({
  when: pointsAside(s, o),
  message: 'dereference of modified %s ptr R%d off=%d disallowed',
  holes: [{ kindOf: s }, { register: s }, { offsetOf: s }],
});

/** An owning pointer to a node (push and add). */
export const owningNodeGuards = (node: Term, o: Term, arg: number): Guard[] => [
  {
    name: 'node-pointer-kind',
    holds: and(
      eq(kind(run, node), 'object'),
      not(maybeNull(run, node)),
      not(nonOwning(run, node)),
      not(rcu(run, node)),
      not(untrusted(run, node)),
    ),
    message: `arg#${String(arg)} expected pointer to allocated object`,
    unless: [asideMessage(node, o)],
    kernel: 'check_kfunc_args',
    protects: ['double-owner', 'wild-access', 'use-after-free'],
  },
  {
    name: 'node-owned',
    holds: ne(ref(run, node), 'zero'),
    message: 'allocated object must be referenced',
    kernel: 'check_kfunc_args',
    protects: ['double-owner'],
  },
];

export const nodePlaceGuards = (s: Term, so: Term, node: Term, no: Term, graph: 'list' | 'rbtree'): Guard[] => {
  const what = graph === 'list' ? 'bpf_list_head' : 'bpf_rb_root';
  const nodeName = graph === 'list' ? 'bpf_list_node' : 'bpf_rb_node';
  return [
    {
      name: 'node-at-offset',
      holds: eq(nodeAt(type(run, node), no), graph),
      message: `${nodeName} not found at offset=%u`,
      holes: [{ offsetOf: node }],
      kernel: '__process_kf_arg_ptr_to_graph_node',
      protects: ['wild-access'],
    },
    {
      name: 'node-type-matches',
      holds: and(eq(containsType(type(run, s), so), type(run, node)), eq(containsOff(type(run, s), so), no)),
      message: `operation on ${what} expects arg#1 ${nodeName} at offset=%d in struct %s, but arg is at offset=%d in struct %s`,
      holes: [
        { value: containsOff(type(run, s), so) },
        { value: containsType(type(run, s), so) },
        { offsetOf: node },
        { value: type(run, node) },
      ],
      unless: [
        {
          when: eq(containsType(type(run, s), so), type(run, node)),
          message: `arg#1 offset=%d, but expected ${nodeName} at offset=%d in struct %s`,
          holes: [
            { offsetOf: node },
            { value: containsOff(type(run, s), so) },
            { value: containsType(type(run, s), so) },
          ],
        },
      ],
      kernel: '__process_kf_arg_ptr_to_graph_node',
      protects: ['wild-access', 'double-owner'],
    },
  ];
};

// Bad things

/** Loads and stores: the memory must be there and still be the run's to use. */
/** `mayFault`: a load, which is fault-handled where the pointer is not to be trusted. */
export const accessBads = (s: Term, a: Term, mayFault = false): Bad[] => {
  const handled = mayFault ? eq(standing(run, s), 'probed') : not(TRUE);
  return [
    {
      property: 'dangling-ref',
      when: eq(standing(run, s), 'dangling'),
      reason: 'a non-owning reference outlives its critical section',
    },
    {
      property: 'use-after-free',
      when: eq(standing(run, s), 'gone'),
      reason: 'the reference was released or given away',
    },
    {
      property: 'wild-access',
      when: and(not(handled), or(eq(a, 'null'), isMap(a))),
      reason: 'the pointer is NULL or not a pointer to memory',
    },
    {
      property: 'use-after-free',
      when: and(not(handled), not(valid(a))),
      reason: 'the memory was freed',
    },
  ];
};

export const headBads = (s: Term, a: Term, o: Term, graph: 'list' | 'rbtree'): Bad[] => [
  ...accessBads(s, a),
  {
    property: 'wild-access',
    when: ne(graphAt(typeOf(a), o), graph),
    reason: 'there is no such head or root at that place',
  },
  {
    property: 'list-race',
    when: called('another run is inside the structure', otherInside(a, o)),
    reason: 'two CPUs work on the structure at once',
  },
];
const otherInside = (a: Term, o: Term): Formula =>
  exists(Run, r => and(ne(r, run), eq(insideAlloc(r), a), eq(insideOff(r), o)));
export const drainedNow = (a: Term): Formula => exists(Run, r => and(ne(r, run), eq(working(r), a)));
