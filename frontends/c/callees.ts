/** What functions of a file, and all that they call, amount to, whichever paths are taken. */
import { mightSleep } from '../../model/functions.js';
import type { FunctionIr, Value } from './ir.js';

type FunctionNamed = (name: string) => FunctionIr | null;

/** The functions that a function calls, or gives to others to call. */
export const mentioned = (ir: FunctionIr): string[] => {
  const names: string[] = [];
  const value = (v: Value): void => {
    if (v.kind === 'function') names.push(v.name);
  };
  for (const i of ir.code) {
    if (i.op === 'call') {
      names.push(i.fn);
      for (const arg of i.args) value(arg.value);
    } else if (i.op === 'set') value(i.from);
  }
  return names;
};

/** The function and, of the file, all that it mentions, directly or not. */
export const reachedFrom = (fn: FunctionIr, functionNamed: FunctionNamed): ReadonlySet<FunctionIr> => {
  const reached = new Set([fn]);
  for (const f of reached)
    for (const name of mentioned(f)) {
      const next = functionNamed(name);
      if (next !== null) reached.add(next);
    }
  return reached;
};

/** Whether the function, or one that it calls or gives as a callback, may sleep (kernel: `might_sleep`, merge_callee_effects). */
export const maySleep = (fn: FunctionIr, functionNamed: FunctionNamed): boolean =>
  [...reachedFrom(fn, functionNamed)].some(f => mentioned(f).some(mightSleep));

/** Whether it or one that it calls has a bpf_throw (kernel: check_max_stack_depth_subprog). */
export const mayThrow = (fn: FunctionIr, functionNamed: FunctionNamed): boolean =>
  [...reachedFrom(fn, functionNamed)].some(f => mentioned(f).includes('bpf_throw'));
