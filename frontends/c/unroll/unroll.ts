/**
 * Runs a function symbolically, once for each combination of loop counters and aliases, and writes down the program graph.
 *
 * Static calls are inlined and constant loops unrolled because a point of the graph is a point of the code *and* what is known there.
 */
import type { Draft } from '../../shared/graph.js';
import { maySleep } from '../../shared/section-types.js';
import { anyOf } from '../../shared/values.js';
import { mayThrow } from '../callees.js';
import { newArithmetic } from './arithmetic.js';
import { newCallbacks } from './callbacks.js';
import { newCalls } from './calls.js';
import type { Start, UnrollContext } from './context.js';
import { newEvaluator } from './evaluate.js';
import { newFrames, type Frames } from './frames.js';
import { newFunctions } from './functions.js';
import { newGraph, type Graph } from './graph.js';
import { newCallOf } from './helper-call.js';
import { newKeys } from './keys.js';
import { newLocals } from './locals.js';
import { KeepLoop, newLoops } from './loops.js';
import { newMoves } from './moves.js';
import type { Cursor } from './state.js';
import { newTables, type Tables } from './tables.js';
import { newTests } from './tests.js';
import { newWalk } from './walk.js';

/** Returns the graph of one program. Stops (problem collected) at what it cannot follow. */
export function unroll(start: Start, context: UnrollContext): Draft {
  const kept = new Set<string>();
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      return attemptUnroll(start, context, kept);
    } catch (e) {
      if (!(e instanceof KeepLoop)) throw e;
      kept.add(e.name);
    }
  }
  return context.problems.stopUnsupported('more than 20 loops that are not unrolled', start.fn.decl.at);
}

function attemptUnroll(start: Start, context: UnrollContext, kept: ReadonlySet<string>): Draft {
  const { problems } = context;
  const tables = newTables(start.fn.decl.name);
  const graph = newGraph(problems, start.fn.decl.at);
  const evaluator = newEvaluator(context, tables, graph);
  const locals = newLocals(context, tables, graph, evaluator);
  const frames = newFrames(problems, graph, locals);
  const callOf = newCallOf(start, problems, tables, graph, evaluator, locals, newKeys(problems, tables, graph));
  const callbacks = newCallbacks(context, tables, graph, locals, frames, callOf);
  const functions = newFunctions(context, graph, evaluator, locals, frames, callbacks);
  const run = newWalk({
    graph,
    evaluator,
    moves: newMoves(problems, tables, graph, evaluator, locals),
    doArith: newArithmetic(tables, evaluator, locals),
    outcomes: newTests(problems, tables, evaluator),
    doCall: newCalls(context, evaluator, callOf, callbacks, functions),
    functions,
    callbacks,
    loops: newLoops(context, kept, graph, evaluator, locals),
  });
  begin(
    start,
    mayThrow(start.fn, name => context.functionNamed(name)),
    tables,
    graph,
    frames,
  );
  for (let next = graph.nextWork(); next !== undefined; next = graph.nextWork()) run(next.state, next.node);
  const { entry, exit, edges } = graph;
  const { slots, cells, facts, maps, types } = tables;
  return {
    name: start.name, section: start.section, kind: start.kind, sleepable: maySleep(start.section, start.async),
    at: start.fn.decl.at, entry, exit, nodes: graph.nodes(), edges, slots, cells, facts, live: new Map(), maps, types,
  }; // prettier-ignore
}

/** The first step: the parameters get what the kernel calls the program with. */
function begin(
  start: Start,
  throws: boolean,
  { slotOf, useMap }: Tables,
  { entry, emit }: Graph,
  { bind, enter }: Frames,
): void {
  const c: Cursor = { node: entry, frames: [], pc: 0, env: new Map(), only: undefined, trips: new Map() };
  c.frames = [{ ir: start.fn, resume: 0, back: { kind: 'program' } }];
  const where = start.fn.decl.at;
  start.fn.params.forEach((param, n) => {
    if (start.async !== undefined) {
      useMap(start.async.map);
      if (n === 0) bind(c, param, { kind: 'map', name: start.async.map }, where);
      else if (n === 1) bind(c, param, { kind: 'kernel' }, where);
      else if (n === 2) {
        emit(
          c,
          { event: 'callback_value', dst: slotOf(param, 0), map: start.async.map, kind: start.async.kind, throws },
          where,
        );
      }
    } else if (n === 0 && param.type.kind === 'pointer' && start.kind === 'program')
      bind(c, param, { kind: 'kernel' }, where);
    else
      bind(
        c,
        param,
        param.type.kind === 'int' ? anyOf(param.type) : { kind: 'opaque', cell: null, trusted: true },
        where,
      );
  });
  enter(c);
}
