/** The graph that is written down: its nodes, its edges, and the states whose paths are still to be followed. */
import type { At } from '../../../model/program.js';
import type { DraftEdge, DraftEvent } from '../../shared/graph.js';
import type { Problems } from '../../shared/problems.js';
import { stateKey, stateOf, top, type Cursor, type State } from './state.js';

const MOST_NODES = 20_000;

interface Work {
  readonly state: State;
  readonly node: number;
}

export interface Graph {
  readonly entry: number;
  readonly exit: number;
  readonly edges: readonly DraftEdge[];
  /** How many nodes there are now. */
  readonly nodes: () => number;
  readonly newNode: () => number;
  /** An event from the present point of a path to a node. */
  readonly emitTo: (c: Cursor, to: number, does: DraftEvent, at: At, more?: Partial<DraftEdge>) => void;
  /** An event after which the path goes on. */
  readonly emit: (c: Cursor, does: DraftEvent, at: At) => void;
  /** The node of a state. */
  readonly nodeFor: (state: State) => number;
  /** The path ends here and goes on at a label of its function. */
  readonly goTo: (c: Cursor, label: number, does: DraftEvent, where: At, more?: Partial<DraftEdge>) => void;
  /** Takes a state from the list of work. */
  readonly nextWork: () => Work | undefined;
}

/** Returns a graph with an entry and an exit. `where` is told if it grows too large. */
export function newGraph(problems: Problems, where: At): Graph {
  const edges: DraftEdge[] = [];
  const nodes = new Map<string, number>();
  const work: Work[] = [];
  let count = 0;

  const newNode = (): number => {
    if (count > MOST_NODES) problems.stopUnsupported('a program of this size (too many paths)', where);
    return count++;
  };
  const entry = newNode();
  const exit = newNode();

  const emitTo = (c: Cursor, to: number, does: DraftEvent, at: At, more: Partial<DraftEdge> = {}): void => {
    edges.push({ from: c.node, to, does, at, ...(c.only === undefined ? {} : { only: c.only }), ...more });
  };
  const emit = (c: Cursor, does: DraftEvent, at: At): void => {
    const to = newNode();
    emitTo(c, to, does, at);
    c.node = to;
  };

  /** Returns the node of a state, and puts new ones on the list of work. What is dead at a label is forgotten first. */
  const nodeFor = (state: State): number => {
    const frame = top(state);
    const live = frame.ir.live.get(state.pc);
    let env = state.env;
    if (live !== undefined) {
      env = new Map([...env].filter(([, b]) => b.local.fn !== frame.ir.decl.name || live.has(b.local.id)));
    }
    const key = stateKey(state, env);
    const known = nodes.get(key);
    if (known !== undefined) return known;
    const node = newNode();
    nodes.set(key, node);
    work.push({ state: { ...state, env }, node });
    return node;
  };
  const labelAt = (c: Cursor, label: number): number => top(c).ir.labels.get(label) ?? 0;

  const goTo = (c: Cursor, label: number, does: DraftEvent, where: At, more: Partial<DraftEdge> = {}): void => {
    emitTo(c, nodeFor(stateOf(c, labelAt(c, label))), does, where, more);
  };

  return {
    entry, exit, edges, nodes: () => count, newNode, emitTo, emit, nodeFor, goTo, nextWork: () => work.pop(),
  }; // prettier-ignore
}
