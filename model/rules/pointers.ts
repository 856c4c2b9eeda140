/** Where pointers come from and how they are tested, copied and used. */
import type { Policy } from '../policy.js';
import type { Choice, EventRules } from '../rule.js';
import { rule } from '../rule.js';
import type { Formula, Term } from '../term.js';
import {
  Bool,
  TRUE,
  and,
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
  oneOf,
  or,
  set,
  variable,
} from '../term.js';
import { cls, entry, mapFreed, standing, val, voff, vref } from '../machine-state.js';
import {
  id,
  kind,
  known,
  may,
  maybeNull,
  nonOwning,
  off,
  ptr,
  put,
  rcu,
  ref,
  refHeld,
  run,
  slotCells,
  type,
  isUntrusted,
} from '../verifier-state.js';
import {
  Alloc,
  Class,
  ClassSet,
  Id,
  Off,
  Ptr,
  Scalar,
  Slot,
  globalOf,
  inNode,
  inSet,
  innerOf,
  isMap,
  isMapValue,
  isObject,
  knownEntry,
  mapOf,
  plus,
  specialAt,
  typeOf,
  valueType,
} from '../world.js';
import {
  accessBads,
  callGuards,
  event,
  freshId,
  isFresh,
  keyClass,
  keyParam,
  machineRule,
  operand,
  pickFresh,
  slotParam,
  usableGuard,
} from './parts.js';

const dst = slotParam('dst');
const map = variable('map', Ptr);
const offset = variable('off', Off);
const knownAt = variable('known-at', Alloc);

/** Machine: a slot gets a plain pointer (or NULL). */
export const point = (s: Term, a: Term, o: Term | string = 'zero', r: Term | string = 'none', how = 'plain') => [
  set(val(run, s), a),
  set(voff(run, s), o),
  set(vref(run, s), r),
  set(standing(run, s), how),
];

/** The verifier knows the key: the scalar can be in one class only. */
const constantKey = (c: Term): Formula =>
  and(
    may(run, keyParam, c),
    forall(Class, d => implies(may(run, keyParam, d), eq(d, c))),
  );

/** Where a design needs addresses: the element at a constant key, if its address is fixed when the program is loaded. */
const addressOf = (p: Policy, container: Term): { choices: Choice[]; where: Formula; value: Term | undefined } =>
  p.needsAddress
    ? {
        choices: [{ of: knownAt, take: 'first' }],
        where: or(
          exists(Class, c => and(constantKey(c), eq(knownEntry(container, c), knownAt))),
          and(eq(knownAt, 'null'), not(exists(Class, c => constantKey(c)))),
        ),
        value: knownAt,
      }
    : { choices: [], where: TRUE, value: undefined };

/** The program looks up a constant key that an array has (kernel: get_constant_map_key). Elements of arrays are always there. */
const there = variable('there', Bool);

const notThere = (p: Policy): Term | string =>
  p.baseline.constantKeyIsThere ? ite(eq(there, 'true'), lit(Bool, 'false'), lit(Bool, 'true')) : 'true';

const narrowKey = each(Class, c => [set(cls(run, keyParam, c), eq(c, keyClass))]);
const keyChosen = cls(run, keyParam, keyClass);

/** What a function does with a pointer: see `PassedAs` of programs. */
export const PassedAsSort = enumSort('PassedAs', 'memory', 'kernel-memory', 'pointer');

export const pointers = (p: Policy): EventRules[] => {
  const perLoad = p.globalIds === 'per-load';
  const global = event(
    'global',
    rule('global', 'Loads the address of a global variable (ld_imm64 of a data section).', {
      source: [{ kernel: 'check_ld_imm' }, { mail: '4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com' }],
      params: [dst, map, offset],
      choices: perLoad ? [pickFresh] : [],
      where: perLoad ? isFresh : TRUE,
      effects: put(dst, {
        kind: 'map-value',
        ptr: map,
        id: perLoad ? freshId : 'zero',
        off: offset,
        type: valueType(map),
        ...(p.needsAddress && { known: globalOf(run, map) }),
      }),
    }),
    machineRule('global', 'the slot points at the variable', {
      params: [dst, map, offset],
      effects: point(dst, globalOf(run, map), offset),
    }),
  );

  const src = operand('src');
  const move = event(
    'move',
    rule('move', 'Copies a pointer, moved by a constant number of bytes.', {
      source: [{ kernel: 'adjust_ptr_min_max_vals' }],
      params: [dst, ...src.params],
      guards: [
        {
          name: 'arithmetic-not-null',
          holds: implies(ne(src.add, 'zero'), not(maybeNull(run, src.s))),
          message: 'R%d pointer arithmetic on %s prohibited, null-check it first',
          holes: [{ register: src.s }, { kindOf: src.s }],
          kernel: 'adjust_ptr_min_max_vals',
          protects: ['wild-access'],
        },
      ],
      effects: slotCells.map(c => (c === off ? set(off(run, dst), src.o) : set(c(run, dst), c(run, src.s) as Term))),
    }),
    machineRule('move', 'the slot points where the other does', {
      params: [dst, ...src.params],
      effects: [
        set(val(run, dst), val(run, src.s)),
        set(voff(run, dst), plus(voff(run, src.s), src.add)),
        set(vref(run, dst), vref(run, src.s)),
        set(standing(run, dst), standing(run, src.s)),
      ],
    }),
  );

  const nullEvent = event(
    'null',
    rule('null', 'The slot becomes NULL.', {
      source: [{ kernel: 'check_alu_op' }],
      params: [dst],
      effects: put(dst, { kind: 'null' }),
    }),
    machineRule('null', 'the slot is NULL', { params: [dst], effects: point(dst, lit(Alloc, 'null')) }),
  );

  const slot = slotParam('slot');
  const isNull = variable('isNull', Bool);
  const sameId = (s: Term): Formula =>
    or(
      eq(s, slot),
      and(maybeNull(run, s), maybeNull(run, slot), ne(id(run, slot), 'zero'), eq(id(run, s), id(run, slot))),
    );
  // What is borrowed or untrusted stays a pointer in both branches: the kernel thinks that it may be NULL, and learns nothing.
  const learns = or(maybeNull(run, slot), oneOf(kind(run, slot), 'null', 'scalar'));
  const notZero = (s: Term): Formula => and(not(isNull), eq(s, slot), eq(kind(run, s), 'scalar'));
  /** What a slot keeps that is not NULL, or not the one that was tested. */
  const tested = (c: (typeof slotCells)[number], s: Term, isSame: Formula, old: Term): Term => {
    if (c === maybeNull) return ite(isSame, lit(Bool, 'false'), old);
    if (c === kind) return ite(notZero(s), lit(kind.sort, 'not-zero'), old);
    if (c !== id) return old;
    return ite(and(isSame, maybeNull(run, s), not(p.hasLockToName(type(run, s)))), lit(Id, 'zero'), old);
  };
  const testNull = event(
    'test_null',
    rule(
      'test_null',
      'A branch on a pointer: in the NULL branch every copy is NULL and the reference is gone, in the other none is NULL.',
      {
        source: [{ kernel: 'mark_ptr_or_null_regs' }, { kernel: 'reg_not_null' }],
        params: [slot, isNull],
        where: ite(isNull, or(learns, isUntrusted(slot), rcu(run, slot)), ne(kind(run, slot), 'null')),
        effects: [
          ...each(Slot, s => {
            const isSame = sameId(s);
            const isGone = and(isNull, learns, isSame);
            return slotCells.map(c => {
              const old: Term = c(run, s);
              const gone: Term = c === kind ? lit(kind.sort, 'null') : lit(c.sort, c.init);
              return set(c(run, s), ite(isGone, gone, tested(c, s, isSame, old)));
            });
          }),
          ...each(Id, r => [
            set(refHeld(run, r), and(refHeld(run, r), not(and(isNull, maybeNull(run, slot), eq(r, ref(run, slot)))))),
          ]),
        ],
      },
    ),
    machineRule('test_null', 'the branch that the pointer decides', {
      params: [slot, isNull],
      where: eq(isNull, ite(eq(val(run, slot), 'null'), lit(Bool, 'true'), lit(Bool, 'false'))),
    }),
  );

  const outer = addressOf(p, mapOf(run, map));
  const lookup = event(
    'bpf_map_lookup_elem',
    rule(
      'bpf_map_lookup_elem',
      'Looks up an element: a value, or the inner map of a map of maps. May be NULL; a fresh id.',
      {
        source: [{ kernel: 'check_helper_call' }],
        params: [dst, map, keyParam, there],
        choices: [pickFresh, ...outer.choices],
        where: and(isFresh, outer.where),
        guards: callGuards(p, 'bpf_map_lookup_elem'),
        effects: put(dst, {
          kind: ite(eq(innerOf(map), 'none'), lit(kind.sort, 'map-value'), lit(kind.sort, 'inner-map')),
          ptr: ite(eq(innerOf(map), 'none'), map, innerOf(map)),
          id: freshId,
          type: ite(eq(innerOf(map), 'none'), valueType(map), valueType(innerOf(map))),
          maybeNull: notThere(p),
          ...(outer.value && { known: outer.value }),
        }),
      },
    ),
    machineRule('bpf_map_lookup_elem', 'the element at the key, or NULL', {
      params: [dst, map, keyParam, there],
      choices: [{ of: keyClass, take: 'any' }],
      where: and(keyChosen, implies(eq(there, 'true'), isMapValue(knownEntry(mapOf(run, map), keyClass)))),
      bads: [{ property: 'teardown-race', when: mapFreed(mapOf(run, map)), reason: 'the map was freed' }],
      effects: [...narrowKey, ...point(dst, entry(mapOf(run, map), keyClass))],
    }),
  );

  const inner = variable('map', Slot);
  const innerAddress = addressOf(p, known(run, inner));
  const innerLookup = event(
    'inner_lookup',
    rule('inner_lookup', 'Looks up an element of the inner map in a slot; ptr is the template, the id is fresh.', {
      source: [{ kernel: 'check_helper_call' }],
      params: [dst, inner, keyParam, there],
      choices: [pickFresh, ...innerAddress.choices],
      where: and(isFresh, innerAddress.where),
      guards: [
        ...callGuards(p, 'bpf_map_lookup_elem'),
        {
          name: 'access-pointer-usable',
          holds: and(eq(kind(run, inner), 'inner-map'), not(maybeNull(run, inner))),
          message: 'R%d type=%s expected=map_ptr',
          holes: [{ register: inner }, { kindOf: inner }],
          kernel: 'check_reg_type',
          protects: ['wild-access'],
        },
      ],
      effects: put(dst, {
        kind: 'map-value',
        ptr: ptr(run, inner),
        id: freshId,
        type: valueType(ptr(run, inner)),
        maybeNull: notThere(p),
        ...(innerAddress.value && { known: innerAddress.value }),
      }),
    }),
    machineRule('inner_lookup', 'the element of the inner map at the key, or NULL', {
      params: [dst, inner, keyParam, there],
      choices: [{ of: keyClass, take: 'any' }],
      where: and(keyChosen, implies(eq(there, 'true'), isMapValue(knownEntry(val(run, inner), keyClass)))),
      bads: [
        { property: 'wild-access', when: not(isMap(val(run, inner))), reason: 'the pointer is not a map' },
        { property: 'teardown-race', when: mapFreed(val(run, inner)), reason: 'the inner map was freed' },
      ],
      effects: [...narrowKey, ...point(dst, entry(val(run, inner), keyClass))],
    }),
  );

  const access = (name: 'read' | 'write') => {
    const q = operand(name === 'read' ? 'src' : 'dst');
    const at = q.at();
    return event(
      name,
      rule(name, name === 'read' ? 'Loads data through a pointer.' : 'Stores data through a pointer.', {
        source: [{ kernel: 'check_mem_access' }],
        params: q.params,
        guards: [
          usableGuard(q.s),
          ...(name === 'write'
            ? [
                {
                  name: 'write-trusted',
                  holds: not(isUntrusted(q.s)),
                  message: 'only read is supported',
                  kernel: 'check_ptr_to_btf_access',
                  protects: ['use-after-free'] as const,
                },
              ]
            : [
                {
                  name: 'read-object-held',
                  holds: implies(
                    eq(kind(run, q.s), 'object'),
                    or(ne(ref(run, q.s), 'zero'), nonOwning(run, q.s), rcu(run, q.s)),
                  ),
                  message: p.baseline.messages['object-held'],
                  kernel: 'check_ptr_to_btf_access',
                  protects: {
                    policy: 'the kernel did not think of objects that were borrowed under RCU until the section ended',
                  },
                },
              ]),
          {
            name: 'access-not-special',
            holds: or(
              not(specialAt(type(run, q.s), q.o)),
              // Nodes in values of maps are plain bytes.
              and(eq(kind(run, q.s), 'map-value'), inNode(type(run, q.s), q.o)),
              // A probe reads bytes: what they mean is lost with the object.
              ...(name === 'read' ? [eq(kind(run, q.s), 'probe')] : []),
            ),
            message: '%s cannot be accessed directly by load/store',
            holes: [{ fieldAt: q.s }],
            unless: [
              {
                when: eq(kind(run, q.s), 'object'),
                message: 'direct access to %s is disallowed',
                holes: [{ fieldAt: q.s }],
              },
            ],
            kernel: 'check_map_access',
            protects: ['user-tamper', 'unlock-not-held', 'double-owner', 'wild-access'],
          },
        ],
      }),
      machineRule(name, name === 'read' ? 'the data is read' : 'the data is written', {
        params: q.params,
        bads: [
          ...accessBads(q.s, at.a, name === 'read'),
          {
            property: 'wild-access',
            when: and(
              specialAt(typeOf(at.a), at.o),
              or(isObject(at.a), not(inNode(typeOf(at.a), at.o))),
              ...(name === 'read' ? [ne(standing(run, q.s), 'probed')] : []),
            ),
            reason: 'a lock, head or node is accessed as data',
          },
        ],
      }),
    );
  };
  const given = operand('src');
  const as = variable('as', PassedAsSort);
  const pass = event(
    'pass',
    rule('pass', 'Gives a pointer to a helper or kfunc that has no rule of its own.', {
      source: [{ kernel: 'check_func_arg' }],
      params: [...given.params, as],
      guards: [
        usableGuard(given.s, 'R%d type=%s expected=%s'),
        {
          name: 'pass-trusted',
          holds: not(isUntrusted(given.s)),
          message: 'R%d type=%s expected=%s',
          kernel: 'check_reg_type',
          protects: ['use-after-free', 'wild-access'],
        },
        {
          name: 'pass-bytes',
          holds: or(eq(as, 'pointer'), ne(kind(run, given.s), 'object')),
          message: 'R%d type=%s expected=%s',
          unless: [
            {
              when: eq(as, 'kernel-memory'),
              message: 'kernel function %s args#%d pointer type %s is not supported',
            },
          ],
          kernel: 'check_reg_type',
          protects: { policy: 'of memory the verifier knows the size, of an object the type' },
        },
      ],
    }),
    machineRule('pass', 'the function is given the pointer', {
      params: [...given.params, as],
      bads: accessBads(given.s, given.at().a),
    }),
  );
  return [global, move, nullEvent, testNull, lookup, innerLookup, access('read'), access('write'), pass];
};

/** Scalars: what tests, assignments and copies make of a value known up to its class. */
export const scalars = (): EventRules[] => {
  const scalar = variable('scalar', Scalar);
  const from = variable('from', Scalar);
  const to = variable('to', ClassSet);
  const among = variable('among', ClassSet);
  const source = [{ reading: 'a scalar is known up to the class that the program can tell apart' }];
  return [
    event(
      'set',
      rule('set', 'A scalar gets some value of the given classes.', {
        source,
        params: [scalar, to],
        effects: each(Class, c => [set(may(run, scalar, c), inSet(to, c))]),
      }),
      machineRule('set', 'a scalar gets some value of the given classes', {
        params: [scalar, to],
        effects: each(Class, c => [set(cls(run, scalar, c), inSet(to, c))]),
      }),
    ),
    event(
      'copy',
      rule('copy', 'A scalar is copied.', {
        source,
        params: [scalar, from],
        effects: each(Class, c => [set(may(run, scalar, c), may(run, from, c))]),
      }),
      machineRule('copy', 'a scalar is copied', {
        params: [scalar, from],
        effects: each(Class, c => [set(cls(run, scalar, c), cls(run, from, c))]),
      }),
    ),
    event(
      'test',
      rule('test', 'A branch on a scalar; it fixes the scalar for later tests on the path.', {
        source: [{ kernel: 'check_cond_jmp_op' }],
        params: [scalar, among],
        where: exists(Class, c => and(may(run, scalar, c), inSet(among, c))),
        effects: each(Class, c => [set(may(run, scalar, c), and(may(run, scalar, c), inSet(among, c)))]),
      }),
      machineRule('test', 'the branch that the scalar decides', {
        params: [scalar, among],
        where: exists(Class, c => and(cls(run, scalar, c), inSet(among, c))),
        effects: each(Class, c => [set(cls(run, scalar, c), and(cls(run, scalar, c), inSet(among, c)))]),
      }),
    ),
    event('jump', rule('jump', 'Nothing happens.', { source }), machineRule('jump', 'nothing happens', {})),
  ];
};
