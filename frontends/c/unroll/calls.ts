/** What a call in the source is: of a function of the file, of one that calls back, of one that sets a callback, of any other. */
import { emitCall } from '../../shared/calls.js';
import type { Instruction } from '../ir.js';
import type { Callbacks } from './callbacks.js';
import type { UnrollContext } from './context.js';
import type { Evaluator } from './evaluate.js';
import type { Functions } from './functions.js';
import type { CallOf } from './helper-call.js';
import type { Cursor } from './state.js';

/** Returns true if the path ended: others go on for it. */
export type DoCall = (c: Cursor, i: Instruction & { op: 'call' }) => boolean;

export function newCalls(
  context: UnrollContext,
  { evaluate }: Evaluator,
  callOf: CallOf,
  { startPending }: Callbacks,
  { callFunction }: Functions,
): DoCall {
  const { problems } = context;
  return (c, i) => {
    const callee = context.functionNamed(i.fn);
    if (callee !== null) {
      callFunction(c, i, callee);
      return true;
    }
    if (startPending(c, i)) return true;
    const name = i.fn.replace(/_impl$/, '');
    if (name === 'bpf_timer_set_callback' || name === 'bpf_wq_set_callback') {
      const fn = evaluate(c, i.args[1]?.value ?? { kind: 'text' }, i.at);
      const async = fn.kind === 'function' ? context.functionNamed(fn.name) : null;
      if (async === null) return problems.stopInput(`${name} needs a function of this file`, i.at);
      const call = callOf(c, i);
      const operand = call.operand(0);
      context.addAsync(
        async,
        name === 'bpf_wq_set_callback' ? 'bpf_wq' : 'bpf_timer',
        i.args[0]?.value ?? { kind: 'text' },
        i.at,
      );
      call.emit({ event: 'call', fn: name, pointers: [{ src: operand, as: 'pointer' }] });
      call.setResult({ kind: 'opaque', cell: null, trusted: true });
      return false;
    }
    const call = callOf(c, i);
    emitCall(call);
    return call.forked();
  };
}
