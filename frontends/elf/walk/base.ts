/** What every kind of instruction stands on: how the walk began, its slots, its graph, and what registers hold. */
import type { Graph } from './graph.js';
import { newGraph } from './graph.js';
import type { Slots } from './slots.js';
import { newSlots } from './slots.js';
import type { Start, WalkContext } from './start.js';
import type { Values } from './values.js';
import { valuesWith } from './values.js';

export interface Base {
  readonly start: Start;
  readonly context: WalkContext;
  readonly slots: Slots;
  readonly graph: Graph;
  readonly values: Values;
}

export function newBase(start: Start, context: WalkContext): Base {
  const slots = newSlots();
  const graph = newGraph(start, context);
  return { start, context, slots, graph, values: valuesWith(slots, graph) };
}
