/** Functions of the kernel that call back: a path goes into the callback, and after it into another call back or on. */
import type { Call } from '../../shared/calls.js';
import type { Known } from '../../shared/values.js';
import { ANY_64, anyOfSize } from '../arithmetic.js';
import type { Shape } from '../shapes.js';
import type { Base } from './base.js';
import { mayThrow } from './callees.js';
import type { Frames } from './frames.js';
import { LOOP } from './graph.js';
import { reg, stackBytesOf, tested } from './keys.js';
import type { Cursor, Pending } from './state.js';
import { clearArguments, copyOf, depthOf, KERNEL, next, stateAt } from './state.js';

/** The numbers on the stack that a callback is given: constants, until a call back changes them. */
const constantsAt = (c: Cursor, alias: Known): Pending['constants'] =>
  alias.kind !== 'alias'
    ? []
    : [...c.env].flatMap(([key, known]) => {
        const bytes = stackBytesOf(key);
        const isOf = bytes !== null && bytes.depth === alias.local.id && known.kind === 'int';
        return isOf ? [{ key, size: bytes.size, value: known.value }] : [];
      });

export interface Callbacks {
  /** Whether the function calls back: then the path goes on between two calls back. */
  readonly startPending: (c: Cursor, name: string, call: Call) => boolean;
  /** Between two calls back: first the function's end, then another call back. */
  readonly stepPending: (c: Cursor, pending: Pending) => void;
  /** What a call back changed may be anything in the next one (kernel: widen_imprecise_scalars). */
  readonly loosen: (c: Cursor, pending: Pending) => void;
}

export function callbacksWith({ context, slots, graph, values }: Base, { push, enter }: Frames): Callbacks {
  const { shapes } = context;
  const { cellNamed, fixedSlot, shapeOf } = slots;
  const { emit, emitTo, goTo, nodeFor, stop, where } = graph;
  const { fresh, setReg } = values;

  const stepPending = (c: Cursor, pending: Pending): void => {
    const past = copyOf(c);
    emit(past, pending.done);
    clearArguments(past);
    setReg(past, 0, { kind: 'range', ...ANY_64 });
    goTo(past, next(past));
    const fn = context.functionNamed(pending.callback);
    if (fn === null) return;
    emit(c, { event: 'enter_callback', kind: pending.kind, throws: mayThrow(fn, context) });
    const depth = depthOf(c) + 1;
    clearArguments(c);
    const bind = (n: number, k: Known): void => {
      c.env.set(reg(depth, n), k);
    };
    const slot = (n: number, shape: Shape | null): number => {
      const s = fixedSlot(`callback ${depth} ${pending.callback} ${n} ${JSON.stringify(shape)}`, `r${n}`, shape);
      bind(n, { kind: 'slot', slot: s, add: 0, vague: false });
      return s;
    };
    if (pending.tree !== null) {
      const { root, node } = pending.tree;
      const shape = shapes.contained(shapeOf({ kind: 'slot', slot: root.slot, add: 0, vague: false }), root.add);
      emit(c, { event: 'less_args', a: slot(1, shape), b: slot(2, shape), root, node });
    } else if (pending.kind === 'bpf_loop') {
      bind(1, fresh(c, reg(depth, 1), anyOfSize(4)));
      bind(2, pending.context);
    } else {
      bind(1, { kind: 'map', name: pending.map });
      bind(2, KERNEL);
      const shape = shapes.valueOf(pending.map);
      const dst = slot(3, shape === null || 'template' in shape ? null : shape);
      emit(c, { event: 'callback_value', dst, map: pending.map, kind: pending.kind, throws: false });
      bind(4, pending.context);
    }
    push(c, fn, c.pc, { kind: 'callback', pending });
    enter(c);
  };

  const loosen = (c: Cursor, pending: Pending): void => {
    for (const { key, size, value } of pending.constants) {
      const known = c.env.get(key);
      if (known?.kind !== 'int' || known.value === value) continue;
      const cell = cellNamed(`loose ${key}`, 'stack', anyOfSize(size));
      c.env.delete(tested(cell));
      emit(c, { event: 'draft-assign', cell, to: anyOfSize(size) });
      c.env.set(key, { kind: 'cell', cell });
    }
  };

  const startPending = (c: Cursor, name: string, call: Call): boolean => {
    if (name !== 'bpf_loop' && name !== 'bpf_for_each_map_elem' && name !== 'bpf_rbtree_add') return false;
    const callback = call.known(name === 'bpf_rbtree_add' ? 2 : 1);
    if (callback.kind !== 'function') return stop(c, `${name} with a callback that is not a function of the object`);
    const base = { callback: callback.name, at: where(c), constants: [] };
    let pending: Pending;
    if (name === 'bpf_rbtree_add') {
      const tree = { root: call.operand(0), node: call.operand(1) };
      emit(c, { event: 'bpf_rbtree_add', ...tree });
      pending = { ...base, kind: 'less', done: { event: 'rbtree_added', ...tree }, context: KERNEL, map: '', tree };
    } else {
      const known = call.known(2);
      const isNone = known.kind === 'int' && known.value === 0;
      if (known.kind !== 'alias' && !isNone) emit(c, { event: 'callback_context', src: call.operand(2) });
      const first = call.known(0);
      if (name === 'bpf_for_each_map_elem' && first.kind !== 'map')
        return stop(c, 'bpf_for_each_map_elem over a map that is not named');
      if (first.kind === 'map') call.useMap(first.name);
      pending = {
        ...base,
        constants: constantsAt(c, known),
        kind: name,
        done: { event: 'call', fn: name, pointers: [] },
        context: known,
        map: first.kind === 'map' ? first.name : '',
        tree: null,
      };
    }
    emitTo(c, nodeFor({ ...stateAt(c, c.pc), pending }), { event: 'jump' }, { loop: LOOP });
    return true;
  };

  return { startPending, stepPending, loosen };
}
