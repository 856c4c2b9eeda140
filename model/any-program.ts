/**
 * What makes a sequence of events a program, and what a proof about every program remembers beside the state.
 *
 * The rules say what an event needs and does. Which events may follow one another (a callback that is left was entered, an
 * insertion that ends was begun) is the shape of programs; the front ends give programs that have it.
 */
import type { Assign, Formula, Term, Var } from './term.js';
import { Bool, FALSE, TRUE, and, cell, eq, implies, indexSort, ne, not, or, set, variable } from './term.js';
import { entry, phase, val, voff } from './machine-state.js';
import {
  Count,
  Depth,
  callbackDepth,
  depths,
  heldId,
  id,
  inLess,
  isNextFree,
  isTop,
  run,
  staticInLess,
  succ,
} from './verifier-state.js';
import {
  Alloc,
  Class,
  Id,
  Off,
  Ref,
  Run,
  Slot,
  fits,
  globalOf,
  innerOf,
  isMap,
  isUser,
  mapOf,
  plus,
  sleepable,
  usesMap,
} from './world.js';
import type { EventRules } from './rule.js';
import { CallbackSort, globalSleeps } from './rules/control.js';

/** Events that take several steps, all of which are in the middle after their first. */
const long = [
  'bpf_spin_lock',
  'bpf_structure_lock',
  'bpf_list_push_front',
  'bpf_list_push_back',
  'bpf_list_pop_front',
  'bpf_list_pop_back',
  'bpf_list_front',
  'bpf_list_back',
  'bpf_list_del',
  'bpf_rbtree_first',
  'bpf_rbtree_root',
  'bpf_rbtree_left',
  'bpf_rbtree_right',
  'bpf_rbtree_remove',
  'user_update',
  'user_delete',
];
export const Doing = indexSort('Doing', 'nothing', ...long);
export const doing = cell('doing', [Run], Doing, 'the event that the run is in the middle of');

/** Operands of the event under way, and of the insertion under way. */
const argument = new Map<string, ReturnType<typeof cell>>();
/** The cell that keeps an operand while its event is under way. */
export const argumentOf = (p: Var) => {
  const key = `${p.name}:${p.sort.name}`;
  let c = argument.get(key);
  if (c === undefined)
    argument.set(key, (c = cell(`arg.${p.name}`, [Run], p.sort, `operand '${p.name}' of the event under way`)));
  return c;
};

export const adding = cell('adding', [Run], Bool, 'inside bpf_rbtree_add');
export const addRoot = cell('add-root', [Run], Slot, 'the root it inserts into');
export const addRootOff = cell('add-root-off', [Run], Off, 'the offset of the root from there');
export const addNode = cell('add-node', [Run], Slot, 'the node it inserts');
export const addNodeOff = cell('add-node-off', [Run], Off, 'the offset of the node from there');
export const lessDepth = cell('less-depth', [Run], Count, 'how many callbacks deep less() is');

/** What is behind the names that the verifier uses. */
export const named = cell(
  'named',
  [Run, Ref],
  Id,
  'the reference of the verifier that stands for a reference instance',
);
export const heldAlloc = cell('held-alloc', [Run, Depth], Alloc, 'the memory in which a held lock lies');
export const heldWord = cell('held-word', [Run, Depth], Off, 'and where in it');

export interface Shape {
  /** When the event may come next. */
  readonly where: Formula;
  readonly remembers: readonly Assign[];
}

const slot = (name: string): Var => variable(name, Slot);
const off = (name: string): Var => variable(name, Off);
const rootAndNode: readonly [(...at: Term[]) => Term, Var][] = [
  [addRoot, slot('root')],
  [addRootOff, off('root.add')],
  [addNode, slot('node')],
  [addNodeOff, off('node.add')],
];
const sameOperands = and(...rootAndNode.map(([c, p]) => eq(c(run), p)));
const isLess = eq(variable('kind', CallbackSort), 'less');
const atLess = and(inLess(run), eq(callbackDepth(run), lessDepth(run)));

/** The slots that an event writes as its results. */
const results = (e: EventRules): Var[] =>
  e.verifier.params.filter(
    p =>
      p.sort.name === 'Slot' &&
      e.verifier.effects.some(
        a =>
          a.target.cell.cell === 'kind' &&
          a.vars.length === 0 &&
          a.target.at[1]?.op === 'var' &&
          a.target.at[1].name === p.name,
      ),
  );

/** The shape that programs have around an event of theirs. */
const programShape = (e: EventRules): Shape => {
  const name = e.event;
  const between = and(
    // Outside less(), an insertion under way can only call less() or end.
    or(not(adding(run)), eq(inLess(run), 'true'), name === 'enter_callback' ? isLess : FALSE),
    // The frame that called bpf_rbtree_add keeps its variables.
    ...results(e).map(p => implies(eq(adding(run), 'true'), and(ne(addRoot(run), p), ne(addNode(run), p)))),
  );
  const map = variable('map', e.verifier.params.find(p => p.name === 'map')?.sort ?? Slot);
  switch (name) {
    case 'bpf_list_push_front':
    case 'bpf_list_push_back':
      return { where: and(between, keepsLock(slot('node'))), remembers: [] };
    case 'bpf_rbtree_add':
      return {
        where: and(between, not(adding(run)), keepsLock(slot('node'))),
        remembers: [
          set(adding(run), 'true'),
          ...rootAndNode.map(([c, p]) => set(c(run) as ReturnType<typeof addRoot>, p)),
        ],
      };
    case 'rbtree_added':
      return {
        where: and(adding(run), not(inLess(run)), sameOperands, keepsLock(slot('node'))),
        remembers: [set(adding(run), 'false')],
      };
    case 'less_args':
      return { where: and(between, adding(run), atLess, sameOperands), remembers: [] };
    case 'enter_callback':
      return {
        where: and(between, implies(isLess, and(adding(run), not(inLess(run))))),
        remembers: [set(lessDepth(run), iteLess(succ(callbackDepth(run))))],
      };
    case 'call_global':
      // The body is verified as a part of the program, and refused where it sleeps and the program may not.
      return { where: and(between, implies(eq(globalSleeps, 'true'), sleepable(run))), remembers: [] };
    case 'leave_callback':
      return {
        where: and(
          between,
          ne(callbackDepth(run), 'c0'),
          implies(isLess, and(atLess, eq(staticInLess(run), 'c0'))),
          implies(not(isLess), not(atLess)),
        ),
        remembers: [],
      };
    case 'return_static':
      return { where: and(between, implies(eq(inLess(run), 'true'), ne(staticInLess(run), 'c0'))), remembers: [] };
    // A throw in a callback is refused where the callback begins.
    case 'bpf_throw':
    case 'exit':
    case 'bpf_tail_call':
    case 'load_packet':
      return { where: and(between, eq(callbackDepth(run), 'c0'), not(adding(run))), remembers: [] };
    case 'global':
      return {
        where: and(between, ne(globalOf(run, map), 'null'), usesMap(run, mapOf(run, map))),
        remembers: [],
      };
    case 'bpf_map_lookup_elem':
    case 'callback_value':
      return {
        where: and(
          between,
          ne(mapOf(run, map), 'null'),
          usesMap(run, mapOf(run, map)),
          ...(name === 'callback_value' ? [eq(innerOf(map), 'none')] : []),
        ),
        remembers: [],
      };
    case 'bpf_spin_lock':
    case 'bpf_structure_lock':
    case 'bpf_res_spin_lock':
    case 'bpf_res_spin_lock_irqsave': {
      const ok = e.verifier.params.find(p => p.name === 'ok');
      const taken = ok === undefined ? TRUE : eq(ok, 'true');
      return {
        where: between,
        remembers: depths.flatMap(d => {
          const here = and(taken, isNextFree(d));
          return [
            set(heldAlloc(run, d), pick(here, lock.a, heldAlloc(run, d))),
            set(heldWord(run, d), pick(here, lock.o, heldWord(run, d))),
          ];
        }),
      };
    }
    case 'bpf_spin_unlock':
    case 'bpf_structure_unlock':
    case 'bpf_res_spin_unlock':
    case 'bpf_res_spin_unlock_irqrestore':
      return {
        where: between,
        // Whichever lock the machine releases, one entry fewer is left: the innermost takes the place of the one released.
        remembers: depths.flatMap(d => {
          const released = and(eq(heldAlloc(run, d), lock.a), eq(heldWord(run, d), lock.o));
          const top = (c: (...at: Term[]) => Term): Term =>
            depths.reduceRight((e: Term, t) => pick(isTop(t), c(run, t), e), c(run, d));
          return [
            set(heldAlloc(run, d), pick(isTop(d), nowhere, pick(released, top(heldAlloc), heldAlloc(run, d)))),
            set(heldWord(run, d), pick(isTop(d), zero, pick(released, top(heldWord), heldWord(run, d)))),
          ];
        }),
      };
    default:
      return { where: between, remembers: [] };
  }
};
const nowhere: Term = { op: 'lit', sort: Alloc, value: 'null' };
const zero: Term = { op: 'lit', sort: Off, value: 'zero' };
const lock = { a: val(run, slot('lock')), o: plus(voff(run, slot('lock')), off('lock.add')) };
/**
 * A lock inside an object is named by the id of an owning pointer to it. Who gives the object away while holding that lock can
 * never release it, so no program that is accepted does.
 */
const keepsLock = (node: Var): Formula =>
  and(...depths.map(d => not(and(ne(heldId(run, d), 'zero'), eq(heldId(run, d), id(run, node))))));
const pick = (p: Formula, t: Term, e: Term): Term => ({ op: 'ite', sort: t.sort, args: [p, t, e] });
const iteLess = (deeper: Term): Term => pick(isLess, deeper, lessDepth(run));

/** What user space needs to act: a map is a map, and a map of maps takes only maps that fit its template. */
const userShape = (e: EventRules): Shape => {
  const params = new Set((e.machine[0]?.does.params ?? []).map(p => `${p.name}:${p.sort.name}`));
  const map = variable('map', Alloc);
  const replacement = variable('with', Alloc);
  return {
    where: and(
      params.has('map:Alloc') ? isMap(map) : TRUE,
      params.has('with:Alloc') ? and(isMap(replacement), fits(map, replacement)) : TRUE,
      e.event === 'user_delete_inner' ? eq(fits(map, entry(map, variable('key', Class))), 'true') : TRUE,
    ),
    remembers: [],
  };
};

/** What the verifier checks before the first instruction: a fact about programs, not a step. */
export const isLoad = (event: string): boolean => ['load_btf', 'load_map', 'create_map'].includes(event);
export const isOfUser = (event: string): boolean => event.startsWith('user_');
/** Lists, trees and what they hold: kernels before them have none. */
export const isOfGraphs = (event: string): boolean =>
  /^(bpf_list_|bpf_rbtree_|rbtree_added|less_args|bpf_obj_|bpf_refcount_|bpf_kptr_|load_kptr|access_kptr)/.test(event);
/** A question that scenarios ask, not something that kernels do. */
export const isHypothetical = (event: string): boolean => event === 'user_update_unmasked';

export const shapeOf = (e: EventRules): Shape => {
  const own = isOfUser(e.event) ? userShape(e) : programShape(e);
  const who = isOfUser(e.event) ? eq(isUser(run), 'true') : not(isUser(run));
  return e.event === 'start'
    ? { where: TRUE, remembers: [] }
    : { where: and(who, eq(phase(run), 'active'), own.where), remembers: own.remembers };
};
