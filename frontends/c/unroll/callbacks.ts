/** Functions that call back: `bpf_loop`, `bpf_for_each_map_elem` and the comparison of `bpf_rbtree_add`. */
import type { At } from '../../../model/program.js';
import type { DraftEvent } from '../../shared/graph.js';
import { anyOf, satisfying, type Known } from '../../shared/values.js';
import { mayThrow } from '../callees.js';
import type { Instruction } from '../ir.js';
import type { UnrollContext } from './context.js';
import type { Frames } from './frames.js';
import type { Graph } from './graph.js';
import type { CallOf } from './helper-call.js';
import type { Locals } from './locals.js';
import { SMALL } from './loops.js';
import { stateOf, type Cursor, type Pending } from './state.js';
import type { Tables } from './tables.js';

export interface Callbacks {
  /** A function that calls back is called. Returns false if it is none. */
  readonly startPending: (c: Cursor, i: Instruction & { op: 'call' }) => boolean;
  readonly stepPending: (c: Cursor, pending: Pending) => void;
  /** The callback returned. */
  readonly leaveCallback: (c: Cursor, pending: Pending, known: Known | null, resume: number, where: At) => void;
}

export function newCallbacks(
  context: UnrollContext,
  { cells, slotOf }: Tables,
  { emit, emitTo, nodeFor }: Graph,
  { setPlace, loosen }: Locals,
  { push, bind, enter }: Frames,
  callOf: CallOf,
): Callbacks {
  const { problems } = context;

  /** `resume` is where the call stands: the function may call back again, until the callback says stop. */
  const leaveCallback = (c: Cursor, pending: Pending, known: Known | null, resume: number, where: At): void => {
    const inRange = known?.kind !== 'int' || known.value === 0 || known.value === 1;
    const leave: DraftEvent = { event: 'leave_callback', kind: pending.kind, inRange };
    const again = (): number => nodeFor({ ...stateOf(c, resume), pending });
    const { bound } = pending;
    if (pending.kind === 'less' || (known?.kind === 'int' && known.value === 0)) {
      emitTo(c, again(), leave, where, { bound });
      return;
    }
    const stop = (): number =>
      nodeFor({ ...stateOf(c, resume), only: 'machine', pending: { ...pending, stopped: true } });
    // the verifier looks at another call back whatever the callback returned
    const mayVerify = c.only === undefined;
    emit(c, leave, where);
    if (mayVerify) emitTo(c, again(), { event: 'jump' }, where, { only: 'verifier', bound });
    const machine = { only: 'machine' } as const;
    if (known?.kind === 'int') {
      emitTo(c, stop(), { event: 'jump' }, where, machine);
      return;
    }
    const cell = known?.kind === 'cell' ? known.cell : null;
    const type = cell === null ? undefined : cells.get(cell)?.type;
    const tests =
      cell === null || type === undefined
        ? null
        : { cell, zero: satisfying('==', 0, type, type), rest: satisfying('!=', 0, type, type) };
    const test = (among: 'zero' | 'rest'): DraftEvent =>
      tests === null ? { event: 'jump' } : { event: 'draft-test', cell: tests.cell, among: tests[among] };
    emitTo(c, again(), test('zero'), where, { ...machine, bound });
    emitTo(c, stop(), test('rest'), where, machine);
  };

  /** Between two calls back: first the function's end, then another call back. */
  const stepPending = (c: Cursor, pending: Pending): void => {
    const past: Cursor = { ...c, env: new Map(c.env) };
    emit(past, pending.done, pending.at);
    if (pending.to !== null) setPlace(past, pending.to, anyOf(pending.to.type), pending.at);
    past.only = pending.only;
    emitTo(past, nodeFor(stateOf(past, c.pc + 1)), { event: 'jump' }, pending.at);
    const callee = context.functionNamed(pending.callback);
    if (pending.stopped || pending.bound === 0 || callee === null) return;
    const throws = mayThrow(callee, name => context.functionNamed(name));
    emit(c, { event: 'enter_callback', kind: pending.kind, throws }, pending.at);
    const caller = c.frames;
    push(c, callee, c.pc, { kind: 'callback', pending }, pending.at);
    const inner = c.frames;
    c.frames = caller;
    const [first, second, third, fourth] = callee.params;
    if (pending.tree !== null && first !== undefined && second !== undefined) {
      emit(c, { event: 'less_args', a: slotOf(first, 0), b: slotOf(second, 0), ...pending.tree }, pending.at);
    } else if (pending.kind === 'bpf_loop') {
      bind(c, first, { kind: 'range', lo: 0, hi: 4294967295 }, pending.at);
      bind(c, second, pending.context, pending.at);
    } else {
      bind(c, first, { kind: 'map', name: pending.map }, pending.at);
      bind(c, second, { kind: 'kernel' }, pending.at);
      if (third !== undefined) {
        emit(
          c,
          { event: 'callback_value', dst: slotOf(third, 0), map: pending.map, kind: pending.kind, throws: false },
          pending.at,
        );
      }
      bind(c, fourth, pending.context, pending.at);
    }
    c.frames = inner;
    enter(c);
  };

  const startPending = (c: Cursor, i: Instruction & { op: 'call' }): boolean => {
    const name = i.fn.replace(/_impl$/, '');
    if (name !== 'bpf_loop' && name !== 'bpf_for_each_map_elem' && name !== 'bpf_rbtree_add') return false;
    const call = callOf(c, i);
    const callback = call.known(name === 'bpf_rbtree_add' ? 2 : 1);
    const callee = callback.kind === 'function' ? context.functionNamed(callback.name) : null;
    if (callback.kind !== 'function' || callee === null)
      return problems.stopInput(`${name} needs a function of this file`, i.at);
    const wanted = name === 'bpf_rbtree_add' ? 2 : name === 'bpf_loop' ? 2 : 4;
    if (callee.params.length !== wanted) {
      return problems.stopInput(`a callback of ${name} takes ${wanted} arguments`, callee.decl.at);
    }
    let bound = context.loopBounds[callback.name] ?? (name === 'bpf_rbtree_add' ? 1 : 2);
    let map = '';
    let tree: Pending['tree'] = null;
    let done: DraftEvent;
    let known: Known = { kind: 'kernel' };
    if (name === 'bpf_rbtree_add') {
      tree = { root: call.operand(0), node: call.operand(1) };
      emit(c, { event: 'bpf_rbtree_add', ...tree }, i.at);
      done = { event: 'rbtree_added', ...tree };
    } else {
      known = call.known(2);
      if (known.kind === 'slot') emit(c, { event: 'callback_context', src: call.operand(2) }, i.at);
      done = { event: 'call', fn: name, pointers: [] };
      if (known.kind === 'slot' && known.vague) problems.stopUnsupported('a pointer with a variable offset', i.at);
      const first = call.known(0);
      if (name === 'bpf_loop') {
        if (first.kind === 'int' && first.value <= SMALL) bound = Math.max(0, first.value);
      } else {
        if (first.kind !== 'map')
          return problems.stopUnsupported('bpf_for_each_map_elem over a map that is not named', i.at);
        map = first.name;
        const entries = context.mapEntries(map) ?? 0;
        if (entries <= SMALL) bound = entries;
      }
      // the callback may change what is behind its context: no counter in there is constant
      if (known.kind === 'alias') loosen(c, known.local, i.at);
    }
    const kind = name === 'bpf_rbtree_add' ? 'less' : name;
    const to = i.to !== null && i.to.type.kind === 'int' ? i.to : null;
    const pending: Pending = {
      kind,
      callback: callback.name,
      bound,
      to,
      at: i.at,
      done,
      context: known,
      map,
      tree,
      stopped: false,
      only: c.only,
    };
    emitTo(c, nodeFor({ ...stateOf(c, c.pc), pending }), { event: 'jump' }, i.at);
    return true;
  };

  return { startPending, stepPending, leaveCallback };
}
