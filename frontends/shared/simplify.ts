/** Removes from a program graph what nobody looks at, bounds its loops, and refuses correlations it cannot express. */
import { writtenSlots, type Draft, type DraftEdge } from './graph.js';
import type { Loop } from '../c/ir.js';
import type { Problems } from './problems.js';

const isPure = (edge: DraftEdge): boolean =>
  edge.does.event === 'jump' || edge.does.event === 'draft-test' || edge.does.event === 'draft-fact';
const isPlain = (edge: DraftEdge): boolean => edge.bound === undefined && edge.loop === undefined;

type Out = Map<number, DraftEdge[]>;

/** Returns an equivalent graph without unused scalars and jumps. Problems: loops without a bound, correlated conditions. */
export function simplify(draft: Draft, bound: (loop: Loop) => number | undefined, problems: Problems): Draft {
  let entry = draft.entry;
  let out: Out = new Map();
  for (const edge of draft.edges) {
    const list = out.get(edge.from);
    if (list === undefined) out.set(edge.from, [edge]);
    else list.push(edge);
  }
  shrink(draft, out, entry);
  out = boundLoops(out, entry, bound, problems);
  for (let size = -1, round = 0; size !== out.size && round < 20; round++) {
    size = out.size;
    shrink(draft, out, entry);
    unify(out, entry);
  }
  entry = skipFirst(out, entry);
  const edges = reachable(out, entry);
  refuseCorrelations(draft, edges, entry, problems);
  return { ...draft, entry, edges, live: liveness(draft, out, entry) };
}

/**
 * Returns, for each node, what somebody may still look at: cell keys, and `fact ` texts. A test looks at its cell, a lookup at
 * its key, a copy at its source if its target is looked at; a fact is looked at through its own scalar and reset with its variables.
 */
function liveness(draft: Draft, out: Out, entry: number): Map<number, Set<string>> {
  const byIndex = new Map([...draft.cells].map(([key, cell]) => [cell.index, key]));
  const order = postOrder(out, entry);
  const live = new Map<number, Set<string>>();
  const nothing: ReadonlySet<string> = new Set();
  let isCyclic = false;
  let changed: boolean;
  do {
    changed = false;
    for (const node of order) {
      const now = live.get(node) ?? new Set<string>();
      const before = now.size;
      for (const edge of out.get(node) ?? []) {
        const { does } = edge;
        const known = live.get(edge.to);
        // Without a way back all is known at the first look.
        if (known === undefined && out.has(edge.to)) isCyclic = true;
        const after = known ?? nothing;
        const lost = writes(does);
        for (const id of after) {
          const isReset =
            id.startsWith('fact ') && (draft.facts.get(id.slice(5))?.deps.some(dep => lost.has(dep)) ?? false);
          if (!lost.has(id) && !isReset) now.add(id);
        }
        if (does.event === 'draft-test') now.add(does.cell);
        if (does.event === 'bpf_map_lookup_elem' || does.event === 'inner_lookup') now.add(byIndex.get(does.key) ?? '');
        if (does.event === 'draft-copy' && after.has(does.cell)) now.add(does.from);
        if (does.event === 'draft-fact') now.add(`fact ${does.fact}`);
      }
      if (now.size !== before) changed = true;
      live.set(node, now);
    }
  } while (changed && isCyclic);
  return live;
}

const written = new WeakMap<DraftEdge['does'], ReadonlySet<string>>();
function writes(does: DraftEdge['does']): ReadonlySet<string> {
  let known = written.get(does);
  if (known === undefined) {
    const slots = writtenSlots(does).map(slot => `slot:${slot}`);
    const isCell = does.event === 'draft-assign' || does.event === 'draft-copy';
    written.set(does, (known = new Set(isCell ? [...slots, does.cell] : slots)));
  }
  return known;
}

const isAssignment = (does: DraftEdge['does']): boolean => does.event === 'draft-assign' || does.event === 'draft-copy';

/** An assignment that nobody looks at: neither its variable, nor a fact about it. */
function isDead(draft: Draft, does: DraftEdge['does'], after: ReadonlySet<string>): boolean {
  if (does.event !== 'draft-assign' && does.event !== 'draft-copy') return false;
  if (after.has(does.cell)) return false;
  return ![...after].some(
    id => id.startsWith('fact ') && draft.facts.get(id.slice(5))?.deps.includes(does.cell) === true,
  );
}

function shrink(draft: Draft, out: Out, entry: number): void {
  for (let round = 0; round < 1000; round++) {
    let changed = false;
    prune(out, entry);
    const canDie = [...out.values()].some(list => list.some(e => isAssignment(e.does)));
    const live = canDie ? liveness(draft, out, entry) : new Map<number, Set<string>>();
    const target = resolver(out);
    for (const [node, list] of out) {
      const next: DraftEdge[] = [];
      for (const edge of list) {
        const { does } = edge;
        let now = edge;
        if (isDead(draft, does, live.get(edge.to) ?? new Set())) now = { ...now, does: { event: 'jump' } };
        const to = target(now);
        if (to !== now.to) now = { ...now, to };
        now = hoist(out, node, now);
        if (now !== edge) changed = true;
        next.push(now);
      }
      const merged = merge(next);
      if (merged.length !== next.length) changed = true;
      out.set(node, merged);
    }
    if (!changed) return;
  }
}

/** Where an edge really leads, once jumps behind it are skipped. */
function resolver(out: Out): (edge: DraftEdge) => number {
  return edge => {
    let to = edge.to;
    for (let steps = 0; steps < 10_000; steps++) {
      const list = out.get(to);
      const only = list?.length === 1 ? list[0] : undefined;
      if (only === undefined || only.does.event !== 'jump' || !isPlain(only) || only.to === to) return to;
      if (only.only !== undefined && only.only !== edge.only) return to;
      to = only.to;
    }
    return to;
  };
}

/** A jump of one of verifier and machine, to a point with one way on, is that way. */
function hoist(out: Out, node: number, edge: DraftEdge): DraftEdge {
  if (edge.does.event !== 'jump' || edge.only === undefined || !isPlain(edge) || edge.to === node) return edge;
  const list = out.get(edge.to);
  const next = list?.length === 1 ? list[0] : undefined;
  if (next === undefined || next.to === edge.to || (next.only !== undefined && next.only !== edge.only)) return edge;
  return { ...next, from: edge.from, only: edge.only };
}

/** A choice whose outcomes lead to one place is no choice. */
function merge(list: readonly DraftEdge[]): DraftEdge[] {
  const first = list[0];
  if (first === undefined || list.length < 2) return [...list];
  if (!list.every(edge => isPure(edge) && isPlain(edge) && edge.to === first.to)) return [...list];
  const kinds = new Set(list.map(edge => edge.only));
  if (kinds.size === 1) return [{ ...first, does: { event: 'jump' } }];
  return [{ from: first.from, to: first.to, at: first.at, does: { event: 'jump' } }];
}

/** Points of the source that were reached in different ways but go on in the same way are one point again. */
function unify(out: Out, entry: number): void {
  const same = new Map<number, number>();
  const bySignature = new Map<string, number>();
  const names = new WeakMap<object, number>();
  let count = 0;
  const nameOf = (o: object): number => {
    const known = names.get(o);
    if (known !== undefined) return known;
    names.set(o, count);
    return count++;
  };
  const canonical = (node: number): number => same.get(node) ?? node;
  for (const node of postOrder(out, entry)) {
    const list = out.get(node);
    if (list === undefined || node === entry) continue;
    const signature = list
      .map(
        e =>
          `${canonical(e.to)} ${e.only ?? ''} ${e.bound ?? ''} ${e.loop === undefined ? '' : nameOf(e.loop)} ${e.at.line}:${e.at.column}:${e.at.file} ${JSON.stringify(e.does)}`,
      )
      .join('|');
    const known = bySignature.get(signature);
    if (known === undefined) bySignature.set(signature, node);
    else same.set(node, known);
  }
  if (same.size === 0) return;
  for (const [node, list] of out) {
    if (same.has(node)) out.delete(node);
    else
      out.set(
        node,
        list.map(e => (same.has(e.to) ? { ...e, to: canonical(e.to) } : e)),
      );
  }
  prune(out, entry);
}

function postOrder(out: Out, entry: number): number[] {
  const order: number[] = [];
  const seen = new Set([entry]);
  const stack = [{ node: entry, next: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const edge = (out.get(top.node) ?? [])[top.next++];
    if (edge === undefined) {
      order.push(top.node);
      stack.pop();
    } else if (!seen.has(edge.to)) {
      seen.add(edge.to);
      stack.push({ node: edge.to, next: 0 });
    }
  }
  return order;
}

function prune(out: Out, entry: number): void {
  const seen = new Set([entry]);
  const work = [entry];
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    for (const edge of out.get(node) ?? []) {
      if (seen.has(edge.to)) continue;
      seen.add(edge.to);
      work.push(edge.to);
    }
  }
  for (const node of out.keys()) if (!seen.has(node)) out.delete(node);
}

/** Edges that lead back to a node on the path that led to them close a loop. */
function boundLoops(out: Out, entry: number, bound: (loop: Loop) => number | undefined, problems: Problems): Out {
  const closing = new Set<DraftEdge>();
  const state = new Map<number, 'open' | 'done'>();
  const stack: { node: number; next: number }[] = [{ node: entry, next: 0 }];
  state.set(entry, 'open');
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const edge = (out.get(top.node) ?? [])[top.next++];
    if (edge === undefined) {
      state.set(top.node, 'done');
      stack.pop();
    } else if (edge.bound === undefined) {
      const known = state.get(edge.to);
      if (known === 'open') closing.add(edge);
      else if (known === undefined) {
        state.set(edge.to, 'open');
        stack.push({ node: edge.to, next: 0 });
      }
    } else if (!state.has(edge.to)) {
      state.set(edge.to, 'open');
      stack.push({ node: edge.to, next: 0 });
    }
  }
  const result: Out = new Map();
  for (const [node, list] of out) {
    result.set(
      node,
      list.map(edge => {
        if (!closing.has(edge)) {
          const { loop: _loop, ...rest } = edge;
          return rest;
        }
        const times = edge.loop === undefined ? undefined : bound(edge.loop);
        if (times === undefined) problems.stopUnsupported('loop without a bound', edge.loop?.at ?? edge.at);
        const { loop: _closed, ...rest } = edge;
        return { ...rest, bound: times };
      }),
    );
  }
  return result;
}

function skipFirst(out: Out, entry: number): number {
  const incoming = new Map<number, number>();
  for (const list of out.values()) for (const edge of list) incoming.set(edge.to, (incoming.get(edge.to) ?? 0) + 1);
  for (let node = entry; ;) {
    const list = out.get(node);
    const only = list?.length === 1 ? list[0] : undefined;
    if (only === undefined || only.does.event !== 'jump' || !isPlain(only) || incoming.get(only.to) !== 1) return node;
    if (!out.has(only.to)) return node;
    node = only.to;
  }
}

/** Edges in the order in which the verifier would meet them. */
function reachable(out: Out, entry: number): DraftEdge[] {
  const edges: DraftEdge[] = [];
  const seen = new Set([entry]);
  const work = [entry];
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    const list = out.get(node) ?? [];
    edges.push(...list);
    for (const edge of list.toReversed()) {
      if (seen.has(edge.to)) continue;
      seen.add(edge.to);
      work.push(edge.to);
    }
  }
  return edges;
}

/**
 * Two different conditions over one unchanged variable are correlated in a way that facts cannot express: a path through both
 * might be impossible. Stops at the second of them.
 */
function refuseCorrelations(draft: Draft, edges: readonly DraftEdge[], entry: number, problems: Problems): void {
  const depsOf = (id: string): readonly string[] =>
    id.startsWith('fact ') ? (draft.facts.get(id.slice(5))?.deps ?? []) : [id.slice(5)];
  const testOf = ({ does }: DraftEdge): string | null => {
    if (does.event === 'draft-fact') return `fact ${does.fact}`;
    return does.event === 'draft-test' ? `cell ${does.cell}` : null;
  };
  if (!edges.some(edge => edge.does.event === 'draft-fact')) return;
  const from = new Map<number, DraftEdge[]>();
  for (const edge of edges) from.set(edge.from, [...(from.get(edge.from) ?? []), edge]);
  const tested = new Map<number, Set<string>>([[entry, new Set()]]);
  const work = [entry];
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    const before = tested.get(node) ?? new Set<string>();
    for (const edge of from.get(node) ?? []) {
      const { does } = edge;
      const changed = writes(does);
      const after = new Set([...before].filter(id => !depsOf(id).some(dep => changed.has(dep))));
      const test = testOf(edge);
      if (test !== null) {
        const clash = [...after].find(
          id =>
            id !== test &&
            (id.startsWith('fact ') || test.startsWith('fact ')) &&
            depsOf(id).some(dep => depsOf(test).includes(dep)),
        );
        if (clash !== undefined) {
          const words = (id: string): string =>
            id.startsWith('fact ')
              ? (draft.facts.get(id.slice(5))?.text ?? '')
              : `a test of ${draft.cells.get(id.slice(5))?.name ?? ''}`;
          problems.stopUnsupported(`the correlation of \`${words(clash)}\` and \`${words(test)}\``, edge.at);
        }
        after.add(test);
      }
      const known = tested.get(edge.to);
      if (known === undefined) {
        tested.set(edge.to, after);
        work.push(edge.to);
      } else if ([...after].some(id => !known.has(id))) {
        for (const id of after) known.add(id);
        work.push(edge.to);
      }
    }
  }
}
