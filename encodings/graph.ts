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

interface Loop {
  readonly head: number;
  readonly bound: number;
  readonly nodes: ReadonlySet<number>;
  /** The head can leave the loop: then the bound counts entries of the body, else repetitions. */
  readonly leavesAtHead: boolean;
}

/** The natural loops, one for each head: several back edges may lead to it (a callback with several returns). */
const loopsOf = (edges: readonly Edge[], into: ReadonlyMap<number, readonly Edge[]>): Loop[] => {
  const heads = [...new Set(edges.filter(e => e.bound !== undefined).map(e => e.to))];
  return heads.map(head => {
    const backs = edges.filter(e => e.bound !== undefined && e.to === head);
    const nodes = new Set([head]);
    const todo = backs.map(b => b.from);
    for (const n of todo) nodes.add(n);
    for (let n = todo.pop(); n !== undefined; n = todo.pop()) {
      if (n === head) continue;
      for (const e of into.get(n) ?? [])
        if (!nodes.has(e.from)) {
          nodes.add(e.from);
          todo.push(e.from);
        }
    }
    const leavesAtHead = edges.some(e => e.from === head && !nodes.has(e.to));
    return { head, bound: Math.max(...backs.map(b => b.bound ?? 0)), nodes, leavesAtHead };
  });
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
  const loops = loopsOf(edges, into);
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
  const entry = idOf(
    program.entry,
    loops.map(() => 0),
  );
  for (let at = todo.shift(); at !== undefined; at = todo.shift()) {
    for (const e of out.get(at.node) ?? []) {
      const spent = loops.some((l, i) => {
        const used = at.counts[i] ?? 0;
        const enters = l.leavesAtHead
          ? at.node === l.head && l.nodes.has(e.to)
          : e.to === l.head && e.bound !== undefined;
        return enters && used >= l.bound;
      });
      if (spent) continue;
      const counts = at.counts.map((c, i) => {
        const l = loops[i];
        if (e.to === l.head && e.bound !== undefined) return c + 1;
        return l.nodes.has(e.to) && l.nodes.has(at.node) ? c : 0;
      });
      const copy = copies.get(e) ?? 0;
      copies.set(e, copy + 1);
      done.push({ from: at.id, to: idOf(e.to, counts), edge: e, copy });
      if (done.length > MAX_EDGES) throw new TooLarge(`${program.name} has more than ${String(MAX_EDGES)} steps`);
    }
  }
  return {
    nodes: ids.size,
    entry,
    exit: idOf(
      program.exit,
      loops.map(() => 0),
    ),
    edges: done,
  };
};
