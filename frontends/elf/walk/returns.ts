/** Where functions, callbacks and programs end. */
import type { DraftEvent } from '../../shared/graph.js';
import type { Known } from '../../shared/values.js';
import type { Base } from './base.js';
import type { Callbacks } from './callbacks.js';
import { LOOP } from './graph.js';
import { isOfFrame, ITERATORS, reg } from './keys.js';
import type { Cursor } from './state.js';
import { depthOf, isPointer, stateAt, top } from './state.js';

export interface Returns {
  /** The program ends with this event. */
  readonly end: (c: Cursor, does: DraftEvent) => void;
  readonly doReturn: (c: Cursor) => void;
}

export function returnsWith({ graph, values }: Base, { loosen }: Callbacks): Returns {
  const { emit, emitTo, exit, nodeFor, stop, where } = graph;
  const { rangeOfKnown } = values;

  const isFlag = (c: Cursor, k: Known | undefined): boolean =>
    k !== undefined && !isPointer(k) && rangeOfKnown(c, k).lo >= 0 && rangeOfKnown(c, k).hi <= 1;

  /** An open iterator is a reference to the verifier; the model has no such reference. */
  const leaves = (c: Cursor): void => {
    const open = c.env.get(ITERATORS);
    if (open?.kind === 'int' && open.value > 0) stop(c, 'an iterator that is left open');
  };
  const end = (c: Cursor, does: DraftEvent): void => {
    leaves(c);
    emitTo(c, exit, does);
  };

  const doReturn = (c: Cursor): void => {
    const frame = top(c);
    const depth = depthOf(c);
    const result = frame.back.kind === 'program' ? undefined : c.env.get(reg(depth, 0));
    if (frame.back.kind === 'program') {
      end(c, { event: 'exit' });
      return;
    }
    if (result?.kind === 'alias' && result.local.id === depth)
      stop(c, 'a pointer into the stack returned from its function');
    const leave: DraftEvent =
      frame.back.kind === 'static'
        ? { event: 'return_static', fn: frame.fn.name }
        : { event: 'leave_callback', kind: frame.back.pending.kind, inRange: isFlag(c, result) };
    if (frame.back.kind === 'static') emit(c, leave);
    const from: Cursor = { ...c };
    c.env = new Map([...c.env].filter(([key]) => !isOfFrame(key, depth)));
    c.frames = c.frames.slice(0, -1);
    if (frame.back.kind === 'static') {
      if (result !== undefined) c.env.set(reg(depth - 1, 0), result);
      emitTo(c, nodeFor(stateAt(c, frame.resume)), { event: 'jump' }, { at: where(from), loop: LOOP });
      return;
    }
    loosen(c, frame.back.pending);
    // Whatever the callback returned, the verifier looks at another call back.
    const again = nodeFor({ ...stateAt(c, frame.resume), pending: frame.back.pending });
    emitTo(c, again, leave, { at: where(from), bound: 1 });
  };

  return { end, doReturn };
}
