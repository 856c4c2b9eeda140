/** Functions that call each other: their frames, and calls of functions of the object. */
import { ANY_64 } from '../arithmetic.js';
import type { ObjectFunction } from '../object.js';
import { parametersOf } from '../registers.js';
import { checkArguments } from './arguments.js';
import type { Base } from './base.js';
import { maySleep } from './callees.js';
import { reg } from './keys.js';
import { clobbered } from './memory.js';
import type { Back, Cursor } from './state.js';
import { clearArguments, depthOf, next, top } from './state.js';

/** The kernel's own bound (`MAX_CALL_FRAMES`). */
const MOST_FRAMES = 8;

export const firstOf = (fn: ObjectFunction): number => fn.instructions[0]?.slot ?? 0;

export interface Frames {
  readonly push: (c: Cursor, fn: ObjectFunction, resume: number, back: Back) => void;
  /** Goes to the first instruction of the function on top. */
  readonly enter: (c: Cursor) => void;
  readonly callFunction: (c: Cursor, fn: ObjectFunction) => void;
}

export function framesWith(base: Base): Frames {
  const { context, graph, values } = base;
  const { emit, emitTo, goTo, newNode, stop } = graph;

  const push = (c: Cursor, fn: ObjectFunction, resume: number, back: Back): void => {
    if (c.frames.some(f => f.fn === fn)) stop(c, `recursion in ${fn.name}`);
    if (c.frames.length >= MOST_FRAMES) stop(c, 'calls nested this deeply');
    c.frames = [...c.frames, { fn, code: context.codeOf(fn), resume, back }];
  };
  const enter = (c: Cursor): void => {
    goTo(c, firstOf(top(c).fn));
  };

  const callFunction = (c: Cursor, fn: ObjectFunction): void => {
    const args = [1, 2, 3, 4, 5].map(n => c.env.get(reg(depthOf(c), n)));
    if (fn.isGlobal) {
      checkArguments(base, c, fn, args);
      context.addGlobal(fn);
      const after = newNode();
      emitTo(c, after, { event: 'call_global', fn: fn.name, sleeps: maySleep(fn, context) }, { only: 'verifier' });
      c.node = after;
      // It may write through what it is given, not through what else is in registers.
      const given = parametersOf(context.object, fn.typeId) ?? args.length;
      for (const a of args.slice(0, given)) if (a !== undefined) clobbered(c, a);
      clearArguments(c);
      values.setReg(c, 0, { kind: 'range', ...ANY_64 });
      goTo(c, next(c));
      return;
    }
    const resume = next(c);
    clearArguments(c);
    emit(c, { event: 'call_static', fn: fn.name });
    push(c, fn, resume, { kind: 'static' });
    args.forEach((a, n) => {
      if (a !== undefined) c.env.set(reg(depthOf(c), n + 1), a);
    });
    enter(c);
  };

  return { push, enter, callFunction };
}
