/** Which variables are read where: footprints of ground terms, and liveness over a graph of steps. */
import type { G } from './ground.js';

/** Variables that a ground term reads. */
const readsOf = (g: G, into: Set<number>, seen: Set<number>): void => {
  if (seen.has(g.id)) return;
  seen.add(g.id);
  switch (g.k) {
    case 'const':
      return;
    case 'var':
      into.add(g.i);
      return;
    case 'sel':
      g.at.forEach(a => readsOf(a, into, seen));
      g.table.forEach(x => x >= 0 && into.add(x));
      return;
    case 'eq':
      readsOf(g.a, into, seen);
      readsOf(g.b, into, seen);
      return;
    case 'not':
      readsOf(g.a, into, seen);
      return;
    case 'and':
    case 'or':
      g.args.forEach(a => readsOf(a, into, seen));
      return;
    case 'ite':
      readsOf(g.p, into, seen);
      readsOf(g.t, into, seen);
      readsOf(g.e, into, seen);
  }
};
const known = new WeakMap<G, ReadonlySet<number>>();
const readsOfOne = (g: G): ReadonlySet<number> => {
  let r = known.get(g);
  if (r === undefined) {
    const into = new Set<number>();
    readsOf(g, into, new Set());
    known.set(g, (r = into));
  }
  return r;
};
export const reads = (...gs: readonly G[]): ReadonlySet<number> => {
  const [only] = gs;
  if (gs.length === 1 && only !== undefined) return readsOfOne(only);
  const into = new Set<number>();
  for (const g of gs) for (const i of readsOfOne(g)) into.add(i);
  return into;
};

/** What a step reads and changes. */
export interface Footprint {
  /** Terms that decide whether the step happens and what it breaks. */
  readonly uses: readonly G[];
  readonly next: ReadonlyMap<number, G>;
}
export interface Step {
  readonly to: number;
  /** False: no variable of ours decides the step or flows into another's; then nobody looks at it unless one is live after it. */
  readonly readsMine: boolean;
  /** One for each way that the step happens. */
  readonly ways: () => readonly Footprint[];
}

/**
 * For a node, the variables (among those that `mine` accepts) whose value may still matter there: they decide a step, or flow into
 * something that does. Strong liveness: what only flows into dead variables is dead. Of a node that nobody asks for, and that no such
 * node leads to, nothing is computed.
 */
export const liveness = (
  stepsOf: (node: number) => readonly Step[],
  mine: (i: number) => boolean,
): ((node: number) => ReadonlySet<number>) => {
  const live = new Map<number, Set<number>>();
  const done = new Set<number>();
  const mineIn = (gs: readonly G[]): readonly number[] => [...reads(...gs)].filter(mine);
  /** The variables that the ways of a step read: where it is decided, and for each that it changes. Made when first needed. */
  const usesOf = (step: Step) => {
    let known: readonly { direct: readonly number[]; next: ReadonlyMap<number, readonly number[]> }[] | undefined;
    return {
      to: step.to,
      readsMine: step.readsMine,
      ways: () =>
        (known ??= step.ways().map(way => ({
          direct: mineIn(way.uses),
          next: new Map([...way.next].map(([v, g]) => [v, mineIn([g])] as const)),
        }))),
    };
  };
  type Uses = ReturnType<typeof usesOf>;
  const liveAt = (node: number): Set<number> => {
    let set = live.get(node);
    if (set === undefined) live.set(node, (set = new Set<number>()));
    return set;
  };
  /** The nodes that a node leads to and that are not done, each before those that lead to it as far as there is such an order. */
  const below = (from: number): { readonly node: number; readonly uses: readonly Uses[] }[] => {
    const found = new Set<number>([from]);
    const out: { node: number; uses: readonly Uses[] }[] = [];
    const open = [{ node: from, uses: stepsOf(from).map(usesOf), next: 0 }];
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const to = top.uses[top.next++]?.to;
      if (to === undefined) {
        out.push({ node: top.node, uses: top.uses });
        open.pop();
      } else if (!found.has(to) && !done.has(to)) {
        found.add(to);
        open.push({ node: to, uses: stepsOf(to).map(usesOf), next: 0 });
      }
    }
    return out;
  };
  return node => {
    if (done.has(node)) return liveAt(node);
    const nodes = below(node);
    for (let changed = true; changed;) {
      changed = false;
      for (const { node: n, uses } of nodes) {
        const set = liveAt(n);
        const before = set.size;
        for (const u of uses) {
          const out = liveAt(u.to);
          if (!u.readsMine && out.size === 0) continue;
          for (const way of u.ways()) {
            for (const i of way.direct) set.add(i);
            for (const i of out) if (!way.next.has(i)) set.add(i);
            for (const [v, rs] of way.next) if (!mine(v) || out.has(v)) for (const i of rs) set.add(i);
          }
        }
        if (set.size !== before) changed = true;
      }
    }
    for (const { node: n } of nodes) done.add(n);
    return liveAt(node);
  };
};
