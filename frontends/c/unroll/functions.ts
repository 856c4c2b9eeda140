/** Calls of functions of the file, and what happens when one returns. */
import { anyOf } from '../../shared/values.js';
import { maySleep } from '../callees.js';
import type { FunctionIr, Instruction } from '../ir.js';
import type { Callbacks } from './callbacks.js';

import type { UnrollContext } from './context.js';
import type { Evaluator } from './evaluate.js';
import type { Frames } from './frames.js';
import type { Graph } from './graph.js';
import type { Locals } from './locals.js';
import { stateOf, top, type Cursor } from './state.js';

export interface Functions {
  readonly callFunction: (c: Cursor, i: Instruction & { op: 'call' }, callee: FunctionIr) => void;
  readonly doReturn: (c: Cursor, i: Instruction & { op: 'return' }) => void;
}

export function newFunctions(
  context: UnrollContext,
  { exit, newNode, emit, emitTo, nodeFor }: Graph,
  { evaluate }: Evaluator,
  { setPlace }: Locals,
  { push, bind, enter }: Frames,
  { leaveCallback }: Callbacks,
): Functions {
  const callFunction = (c: Cursor, i: Instruction & { op: 'call' }, callee: FunctionIr): void => {
    const args = i.args.map(a => evaluate(c, a.value, a.at));
    const isGlobal = !callee.decl.isStatic && !callee.decl.isHidden;
    const resume = c.pc + 1;
    const outer = c.only;
    if (isGlobal) {
      if (c.only === undefined) {
        const past: Cursor = { ...c, env: new Map(c.env) };
        const after = newNode();
        const sleeps = maySleep(callee, name => context.functionNamed(name));
        emitTo(past, after, { event: 'call_global', fn: callee.decl.name, sleeps }, i.at, { only: 'verifier' });
        past.node = after;
        if (i.to !== null)
          setPlace(
            past,
            i.to,
            i.to.type.kind === 'int' ? anyOf(i.to.type) : { kind: 'opaque', cell: null, trusted: true },
            i.at,
          );
        emitTo(past, nodeFor(stateOf(past, resume)), { event: 'jump' }, i.at);
      }
      c.only = 'machine';
    }
    const caller = c.frames;
    push(c, callee, resume, { kind: isGlobal ? 'global' : 'static', to: i.to, only: outer }, i.at);
    const inner = c.frames;
    c.frames = caller;
    callee.params.forEach((param, n) => bind(c, param, args[n] ?? { kind: 'kernel' }, i.args[n]?.at ?? i.at));
    emit(c, { event: 'call_static', fn: callee.decl.name }, i.at);
    c.frames = inner;
    enter(c);
  };

  const doReturn = (c: Cursor, i: Instruction & { op: 'return' }): void => {
    const frame = top(c);
    const known = i.value === null ? null : evaluate(c, i.value, i.at);
    const back = frame.back;
    if (back.kind === 'program') {
      emitTo(c, exit, { event: 'exit' }, i.at);
      return;
    }
    if (known?.kind === 'alias' && known.local.fn === frame.ir.decl.name) {
      context.problems.stopUnsupported('the address of a local variable returned from its function', i.at);
    }
    const own = frame.ir.decl.name;
    const popped = (): void => {
      c.frames = c.frames.slice(0, -1);
      c.env = new Map([...c.env].filter(([, b]) => b.local.fn !== own));
    };
    if (back.kind === 'callback') {
      popped();
      leaveCallback(c, back.pending, known, frame.resume, i.at);
      return;
    }
    popped();
    if (back.to !== null) {
      const result = known ?? { kind: 'opaque', cell: null, trusted: false };
      setPlace(c, back.to, result, i.at);
    }
    emit(c, { event: 'return_static', fn: own }, i.at);
    c.only = back.only;
    const only = back.kind === 'global' ? ({ only: 'machine' } as const) : {};
    emitTo(c, nodeFor(stateOf(c, frame.resume)), { event: 'jump' }, i.at, only);
  };

  return { callFunction, doReturn };
}
