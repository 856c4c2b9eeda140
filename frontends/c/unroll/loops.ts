/** Loops of the source: each round is followed by itself, or the loop is kept as a loop with a bound. */
import type { Instruction, Loop } from '../ir.js';
import type { UnrollContext } from './context.js';
import type { Evaluator } from './evaluate.js';
import type { Graph } from './graph.js';
import type { Locals } from './locals.js';
import type { Cursor } from './state.js';

const MOST_ITERATIONS = 64;
/** A number of rounds that is known and at most this is the bound of what is kept as a loop. */
export const SMALL = 8;

/** Thrown to begin again with one more loop kept as a loop. */
export class KeepLoop {
  constructor(readonly name: string) {}
}

const boundOf = (context: UnrollContext, loop: Loop): number | undefined =>
  context.loopBounds[loop.name] ?? context.loopBounds[loop.fn];

export interface Loops {
  readonly enterLoop: (c: Cursor, i: Instruction & { op: 'enter-loop' }) => void;
  /** A jump, maybe to another round of a loop. */
  readonly takeJump: (c: Cursor, i: Instruction & { op: 'jump' }) => void;
}

/** `kept` are the names of the loops that are kept as loops. */
export function newLoops(
  context: UnrollContext,
  kept: ReadonlySet<string>,
  { goTo }: Graph,
  { evaluate }: Evaluator,
  { loosen }: Locals,
): Loops {
  const { problems } = context;

  const enterLoop = (c: Cursor, i: Instruction & { op: 'enter-loop' }): void => {
    c.trips = new Map(c.trips).set(i.loop.name, 0);
    if (kept.has(i.loop.name)) for (const local of i.loop.assigned) loosen(c, local, i.at);
  };

  const takeJump = (c: Cursor, i: Instruction & { op: 'jump' }): void => {
    const loop = i.loop;
    if (loop === null) {
      goTo(c, i.to, { event: 'jump' }, i.at);
      return;
    }
    if (i.trips !== null) {
      const trips = evaluate(c, i.trips, i.at);
      const small = trips.kind === 'int' && trips.value <= SMALL ? Math.max(0, trips.value) : null;
      goTo(c, i.to, { event: 'jump' }, i.at, { bound: small ?? boundOf(context, loop) ?? 2 });
      return;
    }
    const count = (c.trips.get(loop.name) ?? 0) + 1;
    if (count > MOST_ITERATIONS) {
      if (boundOf(context, loop) !== undefined && !kept.has(loop.name)) throw new KeepLoop(loop.name);
      problems.stopUnsupported('loop without a bound', loop.at);
    }
    c.trips = new Map(c.trips).set(loop.name, count);
    goTo(c, i.to, { event: 'jump' }, i.at, { loop });
  };

  return { enterLoop, takeJump };
}
