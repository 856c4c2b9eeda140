/** What the verifier keeps for one path of one program: the whole abstract state, a sentence a field. */
import type { Assign, Formula, Read, Term } from './term.js';
import {
  Bool,
  and,
  as,
  called,
  cell,
  each,
  enumSort,
  eq,
  exists,
  forall,
  ite,
  lit,
  ne,
  not,
  or,
  set,
  variable,
} from './term.js';
import { Alloc, Class, Id, Off, Ptr, Run, Scalar, Slot, Type, refcounted } from './world.js';

/**
 * What a value is. `scalar` includes pointers that were invalidated, `not-zero` those of them that a test found not to be zero;
 * `null` is a pointer known to be NULL. `probe` is a kptr loaded where nothing keeps its object alive, or what was loaded through
 * one: no allocated object to the kernel (it lacks MEM_ALLOC), so that all of it may be read, by loads that may fault, and no more.
 */
export const Kind = enumSort('Kind', 'scalar', 'null', 'map-value', 'inner-map', 'object', 'not-zero', 'probe');
/** Positions in the stack of held locks, outermost first. */
export const Depth = enumSort('Depth', 'd0', 'd1', 'd2');
/** A small counter. */
export const Count = enumSort('Count', 'c0', 'c1', 'c2', 'c3');
export const HeldKind = enumSort('HeldKind', 'none', 'spin', 'res', 'res-irq', 'structure');

// Slots
export const kind = cell('kind', [Run, Slot], Kind, 'what the value is');
export const ptr = cell('ptr', [Run, Slot], Ptr, 'map or BTF it belongs to');
export const id = cell('id', [Run, Slot], Id, 'register id: which load or call it comes from');
export const off = cell('off', [Run, Slot], Off, 'constant offset');
export const type = cell('type', [Run, Slot], Type, 'struct type of an object, or the value type of the map');
export const ref = cell('ref', [Run, Slot], Id, 'reference it carries (ref_obj_id); zero if none');
export const maybeNull = cell('maybe-null', [Run, Slot], Bool, 'may be NULL: not tested yet');
export const nonOwning = cell('non-owning', [Run, Slot], Bool, 'NON_OWN_REF: good until the next unlock');
export const rcu = cell('rcu', [Run, Slot], Bool, 'MEM_RCU: borrowed under RCU');
export const untrusted = cell(
  'untrusted',
  [Run, Slot],
  Bool,
  'PTR_UNTRUSTED: an object borrowed in an RCU section that is over',
);
export const known = cell('known', [Run, Slot], Alloc, 'the address, where a design needs to know it; else null');
export const slotCells = [kind, ptr, id, off, type, ref, maybeNull, nonOwning, rcu, untrusted, known] as const;

// Held locks
export const heldKind = cell('held-kind', [Run, Depth], HeldKind, 'kind of a held lock');
export const heldPtr = cell('held-ptr', [Run, Depth], Ptr, 'ptr of its identity');
export const heldId = cell('held-id', [Run, Depth], Id, 'id of its identity');
export const heldOff = cell('held-off', [Run, Depth], Off, 'offset of its identity');
export const heldType = cell('held-type', [Run, Depth], Type, 'type of the value it lies in');
export const heldKnown = cell('held-known', [Run, Depth], Alloc, 'its address, where a design needs to know it');
export const heldCells = [heldKind, heldPtr, heldId, heldOff, heldType, heldKnown] as const;

// References, regions, frames, scalars
export const refHeld = cell('ref-held', [Run, Id], Bool, 'an acquired reference that is not released');
export const refDepth = cell('ref-depth', [Run, Id], Count, 'how many callbacks deep it was acquired');
export const rcuLocked = cell('rcu-locked', [Run], Bool, 'inside bpf_rcu_read_lock');
export const preemptOff = cell('preempt-off', [Run], Count, 'nesting of bpf_preempt_disable');
export const irqSaved = cell('irq-saved', [Run, Depth], Bool, 'an interrupt state that is saved and not restored');
export const irqFlags = cell('irq-flags', [Run, Depth], Slot, 'the variable it is saved in');
export const irqByLock = cell('irq-by-lock', [Run, Depth], Bool, 'it was saved by taking a lock');
export const callbackDepth = cell('callback-depth', [Run], Count, 'callbacks entered and not left');
export const inLess = cell('in-less', [Run], Bool, 'inside the less() of bpf_rbtree_add, in any frame');
export const staticInLess = cell('static-in-less', [Run], Count, 'static subprograms entered since less()');
export const may = cell('may', [Run, Scalar, Class], Bool, 'the scalar may be in the class', { init: 'true' });

export const verifierCells = [
  ...slotCells,
  ...heldCells,
  refHeld,
  refDepth,
  rcuLocked,
  preemptOff,
  irqSaved,
  irqFlags,
  irqByLock,
  callbackDepth,
  inLess,
  staticInLess,
  may,
] as const;

/** The parameter that every rule has: the run that takes the step. */
export const run = variable('run', Run);

export const depths = Depth.values.map(v => lit(Depth, v));
const counts = Count.values.map(v => lit(Count, v));

/** The next count; the last one stays (rules carry a capacity bound for it). */
export const succ = (c: Term): Term =>
  counts.slice(1).reduceRight((e: Term, v, i) => ite(eq(c, counts[i] as Term), v, e), c);
export const pred = (c: Term): Term =>
  counts.slice(1).reduceRight((e: Term, v, i) => ite(eq(c, v), counts[i] as Term, e), c);
export const isMax = (c: Term): Formula => eq(c, counts.at(-1) as Term);

export const irqsOff: Formula = called('interrupts are off', eq(irqSaved(run, 'd0'), 'true'));

export const anyLockHeld: Formula = called('a lock is held', ne(heldKind(run, 'd0'), 'none'));
const depthOf = (d: Term): number => depths.findIndex(x => x === d);
/** Of a stack whose used places are told by `used`: true of the innermost used place only. */
const topOf = (used: (d: Term) => Formula, d: Term): Formula => {
  const next = depths[depthOf(d) + 1];
  return next === undefined ? used(d) : and(used(d), not(used(next)));
};
/** True of the place where the next entry goes. */
const nextFreeOf = (used: (d: Term) => Formula, d: Term): Formula => {
  const below = depths[depthOf(d) - 1];
  return below === undefined ? not(used(d)) : and(not(used(d)), used(below));
};
const isHeld = (d: Term): Formula => ne(heldKind(run, d), 'none');
const isSaved = (d: Term): Formula => eq(irqSaved(run, d), 'true');
/** True of the innermost held lock only. */
export const isTop = (d: Term): Formula => topOf(isHeld, d);
export const isNextFree = (d: Term): Formula => nextFreeOf(isHeld, d);
export const isTopIrq = (d: Term): Formula => topOf(isSaved, d);
export const isNextFreeIrq = (d: Term): Formula => nextFreeOf(isSaved, d);

/** No slot, held lock or reference has this id, so it may be chosen again (kernel: `++env->id_gen`). */
export const unused = (fresh: Term): Formula =>
  and(
    ne(fresh, 'zero'),
    not(refHeld(run, fresh)),
    forall(Slot, s => and(ne(id(run, s), fresh), ne(ref(run, s), fresh))),
    ...depths.map(d => ne(heldId(run, d), fresh)),
  );

type SlotValue = Partial<
  Record<
    'kind' | 'ptr' | 'id' | 'off' | 'type' | 'ref' | 'maybeNull' | 'nonOwning' | 'rcu' | 'untrusted' | 'known',
    Term | string
  >
>;

/** Puts a value into a slot; what is not given is the sort's default (no flags, id zero, offset zero). */
export const put = (s: Term, v: SlotValue): Assign[] => {
  const one = (c: (...at: Term[]) => Read, x: Term | string | undefined): Assign => {
    const target = c(run, s);
    return set(target, x === undefined ? lit(target.sort, target.cell.init) : as(target.sort, x, target.cell.cell));
  };
  return [
    one(kind, v.kind),
    one(ptr, v.ptr),
    one(id, v.id),
    one(off, v.off),
    one(type, v.type),
    one(ref, v.ref),
    one(maybeNull, v.maybeNull),
    one(nonOwning, v.nonOwning),
    one(rcu, v.rcu),
    one(untrusted, v.untrusted),
    one(known, v.known),
  ];
};

/** Every slot for which `which` holds becomes an unusable scalar (kernel: mark_reg_invalid). */
export const invalidate = (which: (s: Term) => Formula): Assign[] =>
  each(Slot, s => {
    const gone = which(s);
    return slotCells.map(c => {
      const target = c(run, s) as Read;
      return set(target, ite(gone, lit(target.sort, target.cell.init), target as Term));
    });
  });

/** The kernel has MEM_RCU on it. What a counted object is borrowed as lives until RCU readers are gone (kernel: ref_set_non_owning). */
export const hasRcuFlag = (s: Term): Formula => or(rcu(run, s), and(nonOwning(run, s), refcounted(type(run, s))));
/** It may be read, and no more: nothing keeps alive what it points to (kernel: PTR_UNTRUSTED). */
export const isUntrusted = (s: Term): Formula => or(eq(kind(run, s), 'probe'), untrusted(run, s));
export const someRefHeld = (which: (r: Term) => Formula): Formula => exists(Id, r => and(refHeld(run, r), which(r)));
