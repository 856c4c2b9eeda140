/** The call instruction: of a function of the object, of one that calls back, or of a helper or kfunc that the model may know. */
import type { Call } from '../../shared/calls.js';
import { emitCall } from '../../shared/calls.js';
import { KNOWN_FUNCTIONS, passedAs, UNMODELLED_FUNCTIONS } from '../../shared/known-functions.js';
import { ANY_64 } from '../arithmetic.js';
import { helperName } from '../helpers.js';
import type { Operation } from '../operation.js';
import { arityOf } from '../registers.js';
import type { Base } from './base.js';
import type { CallOf } from './call.js';
import type { Callbacks } from './callbacks.js';
import type { Frames } from './frames.js';
import { ITERATORS, reg } from './keys.js';
import type { Memory } from './memory.js';
import type { Cursor } from './state.js';
import { clearArguments, depthOf, KERNEL } from './state.js';

/** Functions of locks, objects and their structures: what follows a pointer there is no size. */
const TAKES_NO_MEMORY = /^bpf_(list|rbtree|obj|refcount|res_spin|local_irq|iter)_/;

/** What comes back is a pointer that rules know. */
const LOOKS_UP = /^bpf_map_lookup_elem$|_storage_get$/;

/** Returns whether the path ends here and goes on elsewhere. */
export type DoCall = (c: Cursor, i: Operation & { op: 'call' }) => boolean;

export function callInstructionWith(
  { context, slots, graph, values }: Base,
  { access }: Memory,
  { callFunction }: Frames,
  { startPending }: Callbacks,
  callOf: CallOf,
): DoCall {
  const { object, shapes } = context;
  const { noPointer, shapeOf } = slots;
  const { emit, stop } = graph;
  const { operandOf } = values;

  /** Memory that a function is given together with its size: what it meets there. */
  const memoryOf = (c: Cursor, name: string, call: Call): void => {
    const first = call.known(0);
    const def = first.kind === 'map' ? shapes.map(first.name) : null;
    const isOfMap = def !== null && /^bpf_map_(update|lookup|delete)_elem$/.test(name);
    const memory = KNOWN_FUNCTIONS.get(name)?.memory ?? null;
    call.args.forEach((_, n) => {
      const k = call.known(n);
      const after = n + 1 < call.args.length ? call.known(n + 1) : null;
      const size = isOfMap ? ([0, def.keySize, def.valueSize][n] ?? 0) : after?.kind === 'int' ? after.value : 0;
      if (memory === null ? size <= 0 : !memory.includes(n)) return;
      const isNumber = k.kind === 'int' || k.kind === 'range' || k.kind === 'cell';
      // NULL is taken for no bytes at all.
      if (isNumber && size > 0 && memory !== null)
        emit(c, { event: 'pass', src: { slot: noPointer('scalar'), add: 0, reg: n + 1 }, as: 'memory' });
      if (k.kind !== 'slot') return;
      emit(c, { event: 'pass', src: { ...operandOf(c, k), reg: n + 1 }, as: passedAs(name, n) });
      if (size > 0) access(c, k, k.add, size, 'helper', n + 1);
    });
  };

  return (c, i) => {
    const { callee } = i;
    if (callee.kind === 'register') return stop(c, 'a call through a register');
    if (callee.kind === 'subprogram') {
      const fn = context.functionNamed(callee.name);
      if (fn === null) return stop(c, `a call of ${callee.name}, which has no body`);
      callFunction(c, fn);
      return true;
    }
    const raw = callee.kind === 'helper' ? helperName(callee.id) : callee.name;
    if (raw === null) return stop(c, `helper number ${callee.kind === 'helper' ? callee.id : 0}`);
    if (UNMODELLED_FUNCTIONS.has(raw)) return stop(c, raw);
    const arity = arityOf(object, callee);
    if (arity === null) return stop(c, `${raw}, of which nobody says what it takes`);
    const name = raw.replace(/_impl$/, '');
    const hidden = /^bpf_(obj_new|obj_drop|refcount_acquire|list_push_front|list_push_back|rbtree_add)$/.test(name);
    const call = callOf(
      c,
      name,
      hidden ? Math.min(arity, name === 'bpf_rbtree_add' ? 3 : name.includes('push') ? 2 : 1) : arity,
    );
    if (name === 'bpf_obj_new' && call.objType === null)
      return stop(c, 'bpf_obj_new of a type that is no struct of the object');
    if (startPending(c, name, call)) return true;
    if (name === 'bpf_timer_set_callback' || name === 'bpf_wq_set_callback') {
      const [holder, fn] = [call.known(0), call.known(1)];
      const callback = fn.kind === 'function' ? context.functionNamed(fn.name) : null;
      const map = shapeOf(holder)?.map ?? null;
      if (callback === null || map === null) return stop(c, `${name} whose map or callback is not clear`);
      context.addAsync(callback, name === 'bpf_wq_set_callback' ? 'bpf_wq' : 'bpf_timer', map);
      call.emit({ event: 'call', fn: name, pointers: [{ src: call.operand(0), as: 'pointer' }] });
      call.setResult({ kind: 'range', ...ANY_64 });
      return false;
    }
    if (name === 'bpf_iter_num_new' || name === 'bpf_iter_num_destroy') {
      const open = c.env.get(ITERATORS);
      const value = (open?.kind === 'int' ? open.value : 0) + (name === 'bpf_iter_num_new' ? 1 : -1);
      c.env.set(ITERATORS, { kind: 'int', value });
    }
    if (name === 'bpf_iter_num_next') {
      // The verifier looks at the end of the loop first (process_iter_next_call).
      call.fork([
        { event: { event: 'call', fn: name, pointers: [] }, result: { kind: 'int', value: 0 } },
        { event: { event: 'call', fn: name, pointers: [] }, result: KERNEL },
      ]);
      return true;
    }
    const before = c.env.get(reg(depthOf(c), 0));
    // Whether there may be a call is asked first, but where the result may be what the argument was.
    const isLookup = LOOKS_UP.test(name);
    if (isLookup) memoryOf(c, name, call);
    emitCall(call);
    if (call.forked()) return true;
    if (!isLookup && !TAKES_NO_MEMORY.test(name)) memoryOf(c, name, call);
    // Functions that return nothing leave nothing in the registers.
    if (c.env.get(reg(depthOf(c), 0)) === before || KNOWN_FUNCTIONS.get(raw)?.returns === 'nothing') clearArguments(c);
    for (const n of [1, 2, 3, 4, 5]) c.env.delete(reg(depthOf(c), n));
    return false;
  };
}
