/** What the instructions of a function, and of all it calls, amount to, whichever paths are taken. */
import { helperName } from '../helpers.js';
import type { ObjectFunction } from '../object.js';
import type { WalkContext } from './start.js';

const SLEEPING_CALLS = /^bpf_(copy_from_user|ima_|find_vma_sleepable|arena_)/;

/** The kernel looks at the maps of all instructions, also of those that no path comes to (resolve_pseudo_ldimm64). */
export const mention = (
  fn: ObjectFunction,
  context: WalkContext,
  useMap: (name: string) => void,
  seen = new Set<ObjectFunction>(),
): void => {
  if (seen.has(fn)) return;
  seen.add(fn);
  for (const { does } of fn.instructions) {
    const target = does.op === 'ld_imm64' ? does.target : null;
    if ((target?.to === 'map' || target?.to === 'data') && context.shapes.map(target.map) !== null) useMap(target.map);
    const called =
      target?.to === 'function'
        ? target.name
        : does.op === 'call' && does.callee.kind === 'subprogram'
          ? does.callee.name
          : null;
    const next = called === null ? null : context.functionNamed(called);
    if (next !== null) mention(next, context, useMap, seen);
  }
};

/** kernel: `might_sleep` of a subprogram, which decides where it may be called. */
export const maySleep = (fn: ObjectFunction, context: WalkContext, seen = new Set<ObjectFunction>()): boolean => {
  if (seen.has(fn)) return false;
  seen.add(fn);
  return fn.instructions.some(({ does }) => {
    if (does.op !== 'call') return false;
    const { callee } = does;
    if (callee.kind === 'subprogram') {
      const called = context.functionNamed(callee.name);
      return called !== null && maySleep(called, context, seen);
    }
    const called = callee.kind === 'helper' ? helperName(callee.id) : callee.kind === 'kfunc' ? callee.name : null;
    return called !== null && SLEEPING_CALLS.test(called);
  });
};
