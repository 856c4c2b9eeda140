/** What the instructions of a function, and of all it calls, amount to, whichever paths are taken. */
import { mightSleep } from '../../../model/functions.js';
import { helperName } from '../helpers.js';
import type { ObjectFunction } from '../object.js';
import type { Operation } from '../operation.js';
import type { WalkContext } from './start.js';

/** The function of the object that an instruction calls, or takes the address of for others to call. */
const functionIn = (does: Operation, context: WalkContext): ObjectFunction | null => {
  if (does.op === 'ld_imm64' && does.target?.to === 'function') return context.functionNamed(does.target.name);
  if (does.op === 'call' && does.callee.kind === 'subprogram') return context.functionNamed(does.callee.name);
  return null;
};

/** The function and all of the object that it calls, or gives to others to call, directly or not. */
const reachedFrom = (fn: ObjectFunction, context: WalkContext): ReadonlySet<ObjectFunction> => {
  const reached = new Set([fn]);
  for (const f of reached)
    for (const { does } of f.instructions) {
      const next = functionIn(does, context);
      if (next !== null) reached.add(next);
    }
  return reached;
};

const callsAny = (fn: ObjectFunction, context: WalkContext, isMeant: (name: string) => boolean): boolean =>
  [...reachedFrom(fn, context)].some(f =>
    f.instructions.some(({ does }) => {
      if (does.op !== 'call') return false;
      const { callee } = does;
      const name = callee.kind === 'helper' ? helperName(callee.id) : callee.kind === 'kfunc' ? callee.name : null;
      return name !== null && isMeant(name);
    }),
  );

/** The kernel looks at the maps of all instructions, also of those that no path comes to (resolve_pseudo_ldimm64). */
export const mention = (fn: ObjectFunction, context: WalkContext, useMap: (name: string) => void): void => {
  for (const f of reachedFrom(fn, context))
    for (const { does } of f.instructions) {
      const target = does.op === 'ld_imm64' ? does.target : null;
      if ((target?.to === 'map' || target?.to === 'data') && context.shapes.map(target.map) !== null)
        useMap(target.map);
    }
};

/** Whether the function or one that it calls may sleep (kernel: `might_sleep` of a subprogram, merge_callee_effects). */
export const maySleep = (fn: ObjectFunction, context: WalkContext): boolean => callsAny(fn, context, mightSleep);

/** Whether it or one that it calls has a bpf_throw (kernel: check_max_stack_depth_subprog). */
export const mayThrow = (fn: ObjectFunction, context: WalkContext): boolean =>
  callsAny(fn, context, name => name === 'bpf_throw');
