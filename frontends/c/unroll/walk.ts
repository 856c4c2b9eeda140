/** Follows a path from a state, instruction by instruction, until it ends or meets others. */
import type { Instruction } from '../ir.js';
import type { DoArith } from './arithmetic.js';
import type { Callbacks } from './callbacks.js';
import type { DoCall } from './calls.js';
import type { Evaluator } from './evaluate.js';
import type { Functions } from './functions.js';
import type { Graph } from './graph.js';
import type { Loops } from './loops.js';
import type { Moves } from './moves.js';
import { instructionAt, stateOf, top, type Cursor, type State } from './state.js';
import type { OutcomesOf } from './tests.js';

/** What follows each kind of instruction. */
export interface Rooms {
  readonly graph: Graph;
  readonly evaluator: Evaluator;
  readonly moves: Moves;
  readonly doArith: DoArith;
  readonly outcomes: OutcomesOf;
  readonly doCall: DoCall;
  readonly functions: Functions;
  readonly callbacks: Callbacks;
  readonly loops: Loops;
}

export function newWalk(rooms: Rooms): (state: State, node: number) => void {
  const { emitTo, nodeFor, goTo } = rooms.graph;
  const { doArith, outcomes, doCall } = rooms;
  const { doSet, doLoad, doStore, doCopy, doFresh } = rooms.moves;
  const { newInstruction } = rooms.evaluator;
  const { doReturn } = rooms.functions;
  const { stepPending } = rooms.callbacks;
  const { enterLoop, takeJump } = rooms.loops;

  const takeBranch = (c: Cursor, i: Instruction & { op: 'branch' }): void => {
    const result = outcomes(c, i.test, i.at);
    if (typeof result === 'boolean') {
      goTo(c, result ? i.yes : i.no, { event: 'jump' }, i.at);
    } else {
      if (!i.yesFirst) goTo(c, i.no, result.no, i.at);
      goTo(c, i.yes, result.yes, i.at);
      if (i.yesFirst) goTo(c, i.no, result.no, i.at);
    }
  };

  return (state, node) => {
    const c: Cursor = {
      node,
      frames: state.frames,
      pc: state.pc,
      env: new Map(state.env),
      only: state.only,
      trips: state.trips,
    };
    if (state.pending !== null) {
      stepPending(c, state.pending);
      return;
    }
    for (;;) {
      const i = instructionAt(c);
      newInstruction();
      if (i === undefined) throw new Error('a path beyond the end of its function');
      switch (i.op) {
        case 'label':
          if (c.pc !== state.pc || c.node !== node) {
            emitTo(c, nodeFor(stateOf(c, c.pc)), { event: 'jump' }, top(c).ir.decl.at);
            return;
          }
          break;
        case 'set':
          doSet(c, i);
          break;
        case 'arith':
          doArith(c, i);
          break;
        case 'load':
          doLoad(c, i);
          break;
        case 'store':
          doStore(c, i);
          break;
        case 'copy':
          doCopy(c, i);
          break;
        case 'fresh':
          doFresh(c, i);
          break;
        case 'call':
          if (doCall(c, i)) return;
          break;
        case 'branch':
          takeBranch(c, i);
          return;
        case 'choose':
          goTo(c, i.no, { event: 'jump' }, i.at);
          goTo(c, i.yes, { event: 'jump' }, i.at);
          return;
        case 'jump':
          takeJump(c, i);
          return;
        case 'enter-loop':
          enterLoop(c, i);
          break;
        case 'return':
          doReturn(c, i);
          return;
      }
      c.pc++;
    }
  };
}
