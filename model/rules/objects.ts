/** Allocated objects and their references: new, drop, refcount_acquire, kptr_xchg and loads of kptr fields. */
import type { Policy } from '../policy.js';
import type { EventRules, Guard } from '../rule.js';
import { rule } from '../rule.js';
import type { Assign, Formula, Term } from '../term.js';
import {
  Bool,
  and,
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
import {
  Standing,
  countedElsewhere,
  drain,
  freeObject,
  holding,
  inRcuSection,
  life,
  locked,
  restand,
  runOwns,
  standing,
  stashed,
  val,
  valid,
  vref,
} from '../machine-state.js';
import {
  anyLockHeld,
  callbackDepth,
  invalidate,
  kind,
  maybeNull,
  nonOwning,
  off,
  put,
  rcu,
  rcuLocked,
  ref,
  refDepth,
  refHeld,
  run,
  type,
  untrusted,
} from '../verifier-state.js';
import {
  Alloc,
  Off,
  Run,
  Type,
  isGraphNode,
  isObject,
  kptrAt,
  kptrCovers,
  refcounted,
  sleepable,
  typeOf,
} from '../world.js';
import {
  accessBads,
  callGuards,
  event,
  freshId,
  isFreeRef,
  isFresh,
  isNullArgument,
  machineRule,
  newRef,
  operand,
  asideMessage,
  pointsAside,
  pickFresh,
  pickRef,
  slotParam,
  keptGuard,
  usableGuard,
} from './parts.js';
import { point } from './pointers.js';

const dst = slotParam('dst');
/** How a kptr is met: see `KptrAccess` of programs. */
export const KptrAccessSort = enumSort('KptrAccess', 'store', 'store-part', 'part', 'misaligned', 'atomic', 'helper');

/** The verifier notes a new reference; the result slot carries it. */
export const acquire = (): Assign[] => [
  set(refHeld(run, freshId), 'true'),
  set(refDepth(run, freshId), callbackDepth(run)),
];
/** The reference of a slot is released. */
export const release = (s: Term): Assign[] => [set(refHeld(run, ref(run, s)), 'false')];
export const carries = (s: Term, r: Term): Formula => and(ne(ref(run, s), 'zero'), eq(ref(run, s), r));

/** A callback may release only what it acquired itself, since it runs an unknown number of times. */
export const ownFrameGuard = (s: Term, message: string): Guard => ({
  name: 'release-own-reference',
  holds: implies(ne(ref(run, s), 'zero'), eq(refDepth(run, ref(run, s)), callbackDepth(run))),
  // The kernel says it when it looks at the callback a second time, with the reference gone.
  message,
  kernel: 'release_reference',
  protects: ['bad-free', 'use-after-free', 'double-owner'],
});

const noRef: Term = lit(newRef.sort, 'none');
/** Kernel: in_rcu_cs. */
const inRcuCs: Formula = or(eq(rcuLocked(run), 'true'), anyLockHeld, not(sleepable(run)));

export const objects = (p: Policy): EventRules[] => {
  const objType = variable('type', Type);
  const obj = variable('obj', Alloc);
  const objNew = event(
    'bpf_obj_new',
    rule('bpf_obj_new', 'Allocates an object: an owning reference, or NULL.', {
      source: [{ kernel: 'check_kfunc_call' }],
      params: [dst, objType],
      choices: [pickFresh],
      where: isFresh,
      guards: callGuards(p, 'bpf_obj_new'),
      effects: [
        ...put(dst, { kind: 'object', ptr: 'btf', id: freshId, type: objType, ref: freshId, maybeNull: 'true' }),
        ...acquire(),
      ],
    }),
    machineRule('bpf_obj_new', 'a fresh object, or NULL', {
      params: [dst, objType],
      choices: [{ of: obj, take: 'any' }, pickRef],
      where: and(isFreeRef, or(eq(obj, 'null'), and(isObject(obj), eq(typeOf(obj), objType), not(valid(obj))))),
      capacity: [
        {
          holds: exists(Alloc, n => and(isObject(n), eq(typeOf(n), objType), not(valid(n)))),
          of: 'objects alive at once',
        },
      ],
      effects: [
        set(life(obj), 'live'),
        set(holding(run, newRef), obj),
        ...point(dst, obj, 'zero', ite(eq(obj, 'null'), noRef, newRef)),
      ],
    }),
  );

  const o = operand('obj');
  const at = o.at();
  const r = vref(run, o.s);
  const lastRef = not(countedElsewhere(val(run, o.s), r));
  const dropBads = [
    {
      property: 'dangling-ref',
      when: eq(standing(run, o.s), 'dangling'),
      reason: 'a non-owning reference is released',
    },
    {
      property: 'use-after-free',
      when: eq(standing(run, o.s), 'gone'),
      reason: 'the reference was already released or given away',
    },
    { property: 'wild-access', when: or(eq(at.a, 'null'), not(isObject(at.a))), reason: 'not an object' },
    { property: 'bad-free', when: ne(at.o, 'zero'), reason: 'the pointer is not at the start of the object' },
    { property: 'bad-free', when: not(runOwns(o.s)), reason: 'the run owns no reference to the object' },
    {
      property: 'bad-free',
      when: and(
        lastRef,
        exists(Run, q => exists(Off, l => locked(q, val(run, o.s), l))),
      ),
      reason: 'the last reference goes while a lock in the object is held',
    },
  ] as const;
  const objDrop = event(
    'bpf_obj_drop',
    rule('bpf_obj_drop', 'Releases an owning reference; every copy of the pointer becomes unusable.', {
      source: [{ kernel: 'check_kfunc_args' }],
      params: o.params,
      guards: [
        ...callGuards(p, 'bpf_obj_drop'),
        {
          name: 'drop-trusted',
          holds: and(
            or(
              ne(ref(run, o.s), 'zero'),
              and(eq(kind(run, o.s), 'object'), not(untrusted(run, o.s)), not(rcu(run, o.s))),
            ),
            not(maybeNull(run, o.s)),
          ),
          message: 'R1 must be referenced or trusted',
          unless: [
            {
              when: isNullArgument(o.s, o.o),
              message: 'Possibly NULL pointer passed to trusted arg0',
            },
          ],
          kernel: 'check_kfunc_args',
          protects: ['bad-free', 'wild-access'],
        },
        {
          name: 'drop-zero-offset',
          holds: eq(o.o, 'zero'),
          message: 'R1 must have zero offset when passed to release func or trusted arg to kfunc',
          kernel: 'check_func_arg_reg_off',
          protects: ['bad-free'],
        },
        {
          name: 'drop-object',
          holds: and(
            eq(kind(run, o.s), 'object'),
            not(nonOwning(run, o.s)),
            not(rcu(run, o.s)),
            not(untrusted(run, o.s)),
          ),
          message: 'arg#0 expected pointer to allocated object',
          kernel: 'check_kfunc_args',
          protects: ['bad-free', 'dangling-ref'],
        },
        {
          name: 'drop-owned',
          holds: ne(ref(run, o.s), 'zero'),
          message: 'allocated object must be referenced',
          kernel: 'check_kfunc_args',
          protects: ['bad-free', 'use-after-free'],
        },
        ownFrameGuard(o.s, 'R1 must be referenced or trusted'),
      ],
      effects: [...release(o.s), ...invalidate(s => carries(s, ref(run, o.s)))],
    }),
    machineRule('bpf_obj_drop', 'the reference is released; the last one frees the object', {
      params: o.params,
      bads: [...dropBads],
      effects: [
        ...drain(lastRef, val(run, o.s)),
        ...freeObject(lastRef, val(run, o.s)),
        set(holding(run, r), 'null'),
        ...restand(s => and(ne(vref(run, s), 'none'), eq(vref(run, s), r)), 'gone'),
      ],
    }),
  );

  const owning = ne(ref(run, o.s), 'zero');
  const nullable = p.baseline.acquireNullable === 'unless-referenced' ? not(owning) : eq(nonOwning(run, o.s), 'true');
  const acquired = variable('acquired', Bool);
  const refcountAcquire = event(
    'bpf_refcount_acquire',
    rule('bpf_refcount_acquire', 'Takes one more owning reference to a refcounted object.', {
      source: [{ kernel: 'check_kfunc_args' }],
      params: [dst, ...o.params],
      choices: [pickFresh],
      where: isFresh,
      guards: [
        ...callGuards(p, 'bpf_refcount_acquire'),
        {
          name: 'acquire-object',
          // What was borrowed under RCU stays an object when the section is over, though it is untrusted: the kernel asks no more.
          holds: and(eq(kind(run, o.s), 'object'), not(maybeNull(run, o.s)), not(pointsAside(o.s, o.o))),
          message: 'arg#0 is neither owning or non-owning ref',
          unless: [
            {
              when: isNullArgument(o.s, o.o),
              message: 'Possibly NULL pointer passed to trusted arg0',
            },
            asideMessage(o.s, o.o),
          ],
          kernel: 'check_kfunc_args',
          protects: ['use-after-free', 'dangling-ref', 'wild-access'],
        },
        {
          name: 'has-refcount',
          holds: eq(refcounted(type(run, o.s)), 'true'),
          message: "arg#0 doesn't point to a type with bpf_refcount field",
          kernel: 'check_kfunc_args',
          protects: ['wild-access'],
        },
      ],
      effects: [
        ...put(dst, {
          kind: 'object',
          ptr: 'btf',
          id: freshId,
          type: type(run, o.s),
          ref: freshId,
          maybeNull: ite(nullable, lit(Bool, 'true'), lit(Bool, 'false')),
        }),
        ...acquire(),
      ],
    }),
    machineRule('bpf_refcount_acquire', 'one more reference, or NULL when the count had fallen to zero', {
      params: [dst, ...o.params],
      choices: [pickRef, { of: acquired, take: 'any' }],
      where: and(isFreeRef, eq(acquired, ite(eq(life(at.a), 'live'), lit(Bool, 'true'), lit(Bool, 'false')))),
      bads: [
        ...accessBads(o.s, at.a),
        {
          property: 'wild-access',
          when: not(and(isObject(at.a), refcounted(typeOf(at.a)))),
          reason: 'the object has no refcount',
        },
        {
          // The kfunc adds the place of the count to what it is given (kernel: bpf_refcount_acquire_impl).
          property: 'wild-access',
          when: ne(at.o, 'zero'),
          reason: 'the refcount is looked for beside its place',
        },
      ],
      effects: [
        set(holding(run, newRef), ite(acquired, at.a, lit(Alloc, 'null'))),
        ...point(dst, ite(acquired, at.a, lit(Alloc, 'null')), 'zero', ite(acquired, newRef, noRef)),
      ],
    }),
  );
  return [objNew, objDrop, refcountAcquire, ...kptrs(p)];
};

const kptrs = (p: Policy): EventRules[] => {
  const field = operand('field');
  const f = field.at();
  const obj = slotParam('obj');
  const old = variable('old', Alloc);
  const given = eq(kind(run, obj), 'null');
  const noField = 'R%d type=%s expected=map_value, ptr_';
  const xchg = event(
    'bpf_kptr_xchg',
    rule('bpf_kptr_xchg', 'Puts an owned object (or NULL) into a kptr field and takes out what was there.', {
      source: [{ kernel: 'process_kptr_func' }],
      params: [dst, ...field.params, obj],
      choices: [pickFresh],
      where: isFresh,
      guards: [
        ...callGuards(p, 'bpf_kptr_xchg'),
        keptGuard(field.s, noField),
        {
          name: 'xchg-field-is-kptr',
          holds: and(
            ne(kptrAt(type(run, field.s), field.o), 'none'),
            implies(eq(kind(run, field.s), 'object'), ne(ref(run, field.s), 'zero')),
          ),
          message: "off=%d doesn't point to kptr",
          holes: [{ offsetOf: field.s }],
          unless: [
            {
              // Borrowed, or not to be trusted: refused for what it is before its fields are looked at.
              when: and(eq(kind(run, field.s), 'object'), eq(ref(run, field.s), 'zero')),
              message: noField,
              holes: [{ register: field.s }, { kindOf: field.s }],
            },
            {
              when: forall(Off, o => eq(kptrAt(type(run, field.s), o), 'none')),
              message: 'R%d has no valid kptr',
              holes: [{ register: field.s }],
            },
          ],
          kernel: 'process_kptr_func',
          protects: ['wild-access', 'use-after-free'],
        },
        {
          name: 'xchg-value-owned',
          holds: or(given, and(eq(kind(run, obj), 'object'), ne(ref(run, obj), 'zero'), not(maybeNull(run, obj)))),
          message: 'R%d must be referenced when passed to release function',
          holes: [{ register: obj }],
          unless: [
            {
              when: or(ne(kind(run, obj), 'object'), rcu(run, obj), untrusted(run, obj)),
              message: 'R%d type=%s expected=ptr_, trusted_ptr_, rcu_ptr_',
              holes: [{ register: obj }, { kindOf: obj }],
            },
          ],
          kernel: 'check_func_arg',
          protects: ['double-owner', 'bad-free'],
        },
        {
          name: 'xchg-type-matches',
          holds: or(given, and(eq(type(run, obj), kptrAt(type(run, field.s), field.o)), eq(off(run, obj), 'zero'))),
          message: 'invalid kptr access, R%d type=%s expected=ptr_%s',
          holes: [{ register: obj }, { typeOf: obj }, { value: kptrAt(type(run, field.s), field.o) }],
          kernel: 'map_kptr_match_type',
          protects: ['wild-access', 'bad-free'],
        },
        ownFrameGuard(obj, 'R%d must be referenced when passed to release function'),
      ],
      effects: [
        ...release(obj),
        ...invalidate(s => carries(s, ref(run, obj))),
        ...put(dst, {
          kind: 'object',
          ptr: 'btf',
          id: freshId,
          type: kptrAt(type(run, field.s), field.o),
          ref: freshId,
          maybeNull: 'true',
        }),
        ...acquire(),
      ],
    }),
    machineRule('bpf_kptr_xchg', 'the field and the register are exchanged', {
      params: [dst, ...field.params, obj],
      choices: [{ of: old, take: 'any' }, pickRef],
      where: and(
        isFreeRef,
        ite(
          exists(Alloc, n => stashed(f.a, f.o, n)),
          and(ne(old, 'null'), stashed(f.a, f.o, old)),
          eq(old, 'null'),
        ),
      ),
      bads: [
        ...accessBads(field.s, f.a),
        {
          property: 'wild-access',
          when: eq(kptrAt(typeOf(f.a), f.o), 'none'),
          reason: 'there is no kptr at that place',
        },
        {
          property: 'double-owner',
          when: and(ne(val(run, obj), 'null'), not(runOwns(obj))),
          reason: 'the run does not own what it puts into the field',
        },
        {
          property: 'wild-access',
          when: and(ne(val(run, obj), 'null'), ne(typeOf(val(run, obj)), kptrAt(typeOf(f.a), f.o))),
          reason: 'the object is not of the type of the field',
        },
      ],
      effects: [
        set(stashed(f.a, f.o, old), 'false'),
        set(stashed(f.a, f.o, val(run, obj)), 'true'),
        set(holding(run, vref(run, obj)), 'null'),
        set(holding(run, newRef), old),
        ...restand(s => and(ne(vref(run, s), 'none'), eq(vref(run, s), vref(run, obj))), 'gone'),
        ...point(dst, old, 'zero', ite(eq(old, 'null'), noRef, newRef)),
      ],
    }),
  );

  const seen = variable('seen', Alloc);
  const byProbe = eq(kind(run, field.s), 'probe');
  const borrows = and(inRcuCs, not(byProbe));
  const load = event(
    'load_kptr',
    rule('load_kptr', 'Loads a kptr field: borrowed under RCU, otherwise a probe.', {
      source: [{ kernel: 'btf_ld_kptr_type' }, { kernel: 'check_ptr_to_btf_access' }],
      params: [dst, ...field.params],
      choices: [pickFresh],
      where: isFresh,
      guards: [
        usableGuard(field.s),
        {
          name: 'kptr-not-in-object',
          holds: ne(kind(run, field.s), 'object'),
          message: 'direct access to kptr is disallowed',
          kernel: 'btf_struct_access',
          protects: { policy: 'kptrs of objects are exchanged, never read' },
        },
        {
          name: 'access-not-special',
          holds: ne(kptrAt(type(run, field.s), field.o), 'none'),
          message: '%s cannot be accessed directly by load/store',
          holes: [{ fieldAt: field.s }],
          kernel: 'check_map_access',
          protects: ['wild-access'],
        },
      ],
      effects: put(dst, {
        kind: ite(borrows, lit(kind.sort, 'object'), lit(kind.sort, 'probe')),
        ptr: 'btf',
        id: freshId,
        type: kptrAt(type(run, field.s), field.o),
        // What is found by a probe is not known to be NULL or not, and a test tells nothing.
        maybeNull: ite(byProbe, lit(Bool, 'false'), lit(Bool, 'true')),
        rcu: ite(borrows, lit(Bool, 'true'), lit(Bool, 'false')),
        nonOwning: ite(
          and(borrows, isGraphNode(kptrAt(type(run, field.s), field.o))),
          lit(Bool, 'true'),
          lit(Bool, 'false'),
        ),
      }),
    }),
    machineRule('load_kptr', 'a pointer to what the field holds, without a reference', {
      params: [dst, ...field.params],
      choices: [{ of: seen, take: 'any' }],
      where: ite(
        exists(Alloc, n => stashed(f.a, f.o, n)),
        and(ne(seen, 'null'), stashed(f.a, f.o, seen)),
        eq(seen, 'null'),
      ),
      bads: [
        ...accessBads(field.s, f.a, true),
        {
          property: 'wild-access',
          when: and(eq(kptrAt(typeOf(f.a), f.o), 'none'), ne(standing(run, field.s), 'probed')),
          reason: 'there is no kptr at that place',
        },
      ],
      effects: [
        ...point(dst, seen),
        set(
          standing(run, dst),
          ite(
            and(inRcuSection(run), ne(standing(run, field.s), 'probed')),
            lit(Standing, 'rcu'),
            lit(Standing, 'probed'),
          ),
        ),
      ],
    }),
  );
  const how = variable('how', KptrAccessSort);
  const covered = kptrCovers(type(run, field.s), field.o);
  const only = (name: string, which: Formula, message: string): Guard => ({
    name,
    holds: implies(which, not(covered)),
    message,
    kernel: 'check_map_kptr_access',
    protects: ['wild-access'],
  });
  const access = event(
    'access_kptr',
    rule('access_kptr', 'Meets a kptr in another way than a load of all of it.', {
      source: [{ kernel: 'check_map_access' }, { kernel: 'check_map_kptr_access' }],
      params: [...field.params, how],
      guards: [
        usableGuard(field.s),
        {
          ...only('kptr-not-in-object', eq(kind(run, field.s), 'object'), 'direct access to kptr is disallowed'),
          unless: [
            {
              when: and(untrusted(run, field.s), oneOf(how, 'store', 'store-part', 'atomic')),
              message: 'only read is supported',
            },
          ],
        },
        {
          ...only('kptr-not-by-probe', eq(kind(run, field.s), 'probe'), 'only read is supported'),
          unless: [
            {
              when: oneOf(how, 'part', 'misaligned'),
              message: 'cannot access ptr member %s with moff %d in struct %s with off %d size %d',
            },
          ],
          kernel: 'check_ptr_to_btf_access',
        },
        only('kptr-not-by-function', eq(how, 'helper'), 'kptr cannot be accessed indirectly by helper'),
        only('kptr-aligned', eq(how, 'misaligned'), 'kptr access misaligned expected=%d off=%d'),
        only('kptr-whole', oneOf(how, 'part', 'store-part'), 'kptr access size must be BPF_DW'),
        only('kptr-not-atomic', eq(how, 'atomic'), 'kptr in map can only be accessed using BPF_MEM instruction mode'),
        only('kptr-not-stored', eq(how, 'store'), 'store to referenced kptr disallowed'),
      ],
    }),
    machineRule('access_kptr', 'the bytes are accessed', {
      params: [...field.params, how],
      bads: [
        ...accessBads(field.s, f.a),
        { property: 'wild-access', when: kptrCovers(typeOf(f.a), f.o), reason: 'a kptr is accessed as data' },
      ],
    }),
  );
  return [xchg, load, access];
};
