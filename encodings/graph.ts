/** Unrolls a program's graph to the bounds it carries: what is left has no cycle, so its runs have a greatest length. */
import type { Edge, Program } from '../model/program.js';

export interface UnrolledEdge {
  readonly from: number;
  readonly to: number;
  readonly edge: Edge;
  /** Which copy of the edge it is: 0 outside loops. */
  readonly copy: number;
}
export interface Unrolled {
  readonly nodes: number;
  readonly entry: number;
  readonly exit: number;
  readonly edges: readonly UnrolledEdge[];
}

/** Thrown when unrolling would pass the bound of the model. */
export class TooLarge extends Error {}
const MAX_EDGES = 5000;

/** Nodes of the natural loop of a back edge. */
const loopOf = (back: Edge, into: ReadonlyMap<number, readonly Edge[]>): Set<number> => {
  const nodes = new Set([back.to, back.from]);
  const todo = [back.from];
  for (let n = todo.pop(); n !== undefined; n = todo.pop()) {
    if (n === back.to) continue;
    for (const e of into.get(n) ?? []) if (!nodes.has(e.from)) (nodes.add(e.from), todo.push(e.from));
  }
  return nodes;
};

/** Unrolls the edges that `who` follows. */
export const unroll = (program: Program, who: 'verifier' | 'machine'): Unrolled => {
  const edges = program.edges.filter(e => e.only === undefined || e.only === who);
  const out = new Map<number, Edge[]>();
  const into = new Map<number, Edge[]>();
  for (const e of edges) {
    (out.get(e.from) ?? (out.set(e.from, []), out.get(e.from)))?.push(e);
    (into.get(e.to) ?? (into.set(e.to, []), into.get(e.to)))?.push(e);
  }
  const backs = edges.filter(e => e.bound !== undefined);
  const loops = backs.map(b => loopOf(b, into));
  const ids = new Map<string, number>();
  const done: UnrolledEdge[] = [];
  const copies = new Map<Edge, number>();
  const todo: { node: number; counts: readonly number[]; id: number }[] = [];
  const idOf = (node: number, counts: readonly number[]): number => {
    const key = node === program.exit ? 'exit' : `${String(node)}:${counts.join()}`;
    let id = ids.get(key);
    if (id === undefined) {
      ids.set(key, (id = ids.size));
      todo.push({ node, counts, id });
    }
    return id;
  };
  const entry = idOf(program.entry, backs.map(() => 0));
  for (let at = todo.shift(); at !== undefined; at = todo.shift()) {
    for (const e of out.get(at.node) ?? []) {
      const b = backs.indexOf(e);
      if (b >= 0 && (at.counts[b] ?? 0) >= (e.bound ?? 0)) continue;
      const counts = at.counts.map((c, i) => (i === b ? c + 1 : loops[i]?.has(e.to) === true && loops[i].has(at.node) ? c : 0));
      const copy = copies.get(e) ?? 0;
      copies.set(e, copy + 1);
      done.push({ from: at.id, to: idOf(e.to, counts), edge: e, copy });
      if (done.length > MAX_EDGES) throw new TooLarge(`${program.name} has more than ${String(MAX_EDGES)} steps`);
    }
  }
  return { nodes: ids.size, entry, exit: idOf(program.exit, backs.map(() => 0)), edges: done };
};
