/** Explicit-state search of the scenario system: breadth first, so the first violation found is a shortest one. */
import type { PropertyId } from '../model/properties.js';
import { ModelBug } from '../model/term.js';
import { canonizer } from './canon.js';
import type { Emitter } from './codegen.js';
import { emitter, generated } from './codegen.js';
import type { G } from './ground.js';
import type { Machine, MachineEdge } from './machine.js';
import { forgottenAt } from './machine.js';
import type { Packing } from './packing.js';
import { pack, packingOf, unpack } from './packing.js';
import { stateTable } from './state-table.js';

export interface Violation {
  readonly property: PropertyId;
  readonly reason: string;
  /** Edges from the initial state; the last one breaks the property. */
  readonly trace: readonly MachineEdge[];
}
export type Exploration =
  | { readonly kind: 'safe'; readonly states: number; readonly transitions: number; readonly finished: boolean }
  | {
      readonly kind: 'violated';
      readonly first: Violation;
      readonly properties: ReadonlyMap<PropertyId, Violation>;
      readonly states: number;
      readonly transitions: number;
    }
  | { readonly kind: 'bound-reached'; readonly of: string; readonly states: number };

export interface ExploreOptions {
  readonly maxStates?: number;
  /** Most memory for the states and the way back to them. */
  readonly maxBytes?: number;
  /**
   * Expand only one run where its next steps touch nothing but its own cells. On by default. Only for systems without cycles: a
   * run that goes round and round by itself would keep the others from their turn.
   */
  readonly reduce?: boolean;
  /** Forget cells that the run will not read again. On by default. */
  readonly forget?: boolean;
  /** Collect the shortest violation of every property that can be the first to break, instead of stopping. */
  readonly all?: boolean;
  /** Is told every state that is found, its variables first; stops the search by returning true. */
  readonly onState?: (s: Int32Array) => boolean;
  /** Explore one representative of states that differ by an exchange. */
  readonly symmetry?: Symmetry;
  /** Look for violations of this property only; a step that breaks another one is not taken, and no reason to stop. */
  readonly property?: PropertyId;
  /** Look no further than runs of so many steps. */
  readonly maxSteps?: number;
  /** Says of a violation whether it counts. One that does not leaves the search going on; `stop` ends it without an answer. */
  readonly judge?: (v: Violation) => boolean | 'stop';
}

/**
 * What may be exchanged without anybody noticing: runs (given by their variables, in corresponding order, program counter last)
 * and allocations. Sound because the system's rules treat them alike; a test compares with the unreduced search.
 */
export interface Symmetry {
  readonly runs: readonly (readonly number[])[];
  readonly allocs: readonly number[];
}

export interface Compiled {
  readonly packing: Packing;
  readonly edges: readonly MachineEdge[];
  /**
   * Successors of the packed state at `at`: calls `emit(edge)` after writing the new state to `out`, `bad(edge, which)` for a
   * violation, `full(edge, which)` where a bound of the model is reached.
   */
  readonly expand: (
    data: Int32Array,
    at: number,
    out: Int32Array,
    emit: (edge: number) => void,
    bad: (edge: number, which: number) => void,
    full: (edge: number, which: number) => void,
  ) => void;
}

const groupsOf = (fields: number, sym: Symmetry | undefined): number[][] | undefined => {
  if (sym === undefined) return undefined;
  const own = new Set(sym.runs.flat());
  return [...sym.runs.map(r => [...r]), Array.from({ length: fields }, (_, i) => i).filter(i => !own.has(i))];
};

/** An edge, and what of its condition is not tested yet. */
interface Choice {
  readonly ix: number;
  readonly left: readonly G[];
}
const conjuncts = (g: G): readonly G[] =>
  g.k === 'and' ? g.args.flatMap(conjuncts) : g.k === 'const' && g.v === 1 ? [] : [g];

/**
 * Nodes with fewer edges are not worth sharing tests; their edges stay in their order. With more, every group of edges and every
 * edge is a function of its own: V8 does not optimise functions past some size, and clears all their variables at every call.
 */
const FEW = 16;

/** How the parts of a function that would be too large are written. */
interface Parts {
  /** An emitter for a function of its own. */
  readonly fresh: () => Emitter;
  /** Puts this code into a function of its own; returns its call, which is 1 if an edge was taken. */
  readonly define: (code: string) => string;
  readonly step: (ix: number, em: Emitter) => string;
}

/**
 * Code that takes every edge whose condition holds. What most edges ask for is tested first and once, so that a state looks at few
 * of the conditions of a node with hundreds of edges.
 */
const dispatch = (all: readonly Choice[], em: Emitter, parts: Parts): string => {
  const under = (tests: readonly G[], then: (inner: Emitter) => string, outer: Emitter): string => {
    const [test, ...rest] = tests;
    if (test === undefined) return then(outer);
    const t = outer.bool(test);
    return `${outer.take()}if(${t}){${under(rest, then, outer.inner())}}`;
  };
  let code = '';
  let open = all;
  while (open.length >= FEW) {
    const uses = new Map<G, number>();
    for (const c of open) for (const g of c.left) uses.set(g, (uses.get(g) ?? 0) + 1);
    const [most] = [...uses].sort((a, b) => b[1] - a[1]);
    if (most === undefined || most[1] < 2) break;
    const [test] = most;
    const group = open.filter(c => c.left.includes(test));
    const rest = group.map(c => ({ ix: c.ix, left: c.left.filter(g => g !== test) }));
    code += under([test], () => `any|=${parts.define(dispatch(rest, parts.fresh(), parts))};`, em);
    open = open.filter(c => !c.left.includes(test));
  }
  for (const c of open) code += `{${under(c.left, inner => parts.step(c.ix, inner), em.inner())}}`;
  return code;
};

/** Compiles the system to generated code over packed states: the cells, then a program counter for each run. */
export const compile = (m: Machine, options: ExploreOptions = {}): Compiled => {
  const reduce = options.reduce !== false;
  const nVars = m.layout.vars.length;
  const sizes = [...m.layout.vars.map(v => v.size), ...m.graphs.map(x => x.nodes)];
  const packing = packingOf(sizes, groupsOf(sizes.length, options.symmetry));
  const tables: Int32Array[] = [];
  const flat: MachineEdge[] = [];
  const forgotten = options.forget === false ? [] : forgottenAt(m);
  let code = '';
  let groups = 0;
  const words = Array.from({ length: packing.words }, (_, i) => `w${String(i)}=W[o+${String(i)}]`).join();
  const functionText = (name: string, body: string): string =>
    `function ${name}(W,o,out,emit,bad,full){const ${words};let any=0;${body}return any}\n`;
  m.edges.forEach((byNode, run) => {
    byNode.forEach((es, node) => {
      if (es.length === 0) return;
      const isMany = es.length >= FEW;
      const step = (e: MachineEdge, ix: number, outer: Emitter): string => {
        const em = isMany ? emitter(packing, tables) : outer.inner();
        let body = '';
        e.rule.capacity.forEach((c, k) => {
          const t = em.bool(c);
          body += `${em.take()}if(!${t})full(${String(ix)},${String(k)});`;
        });
        let closing = '';
        e.rule.bads.forEach((b, k) => {
          if (b.k === 'const' && b.v === 0) return;
          const t = em.bool(b);
          body += `${em.take()}if(${t})bad(${String(ix)},${String(k)});else{`;
          closing += '}';
        });
        // New words: the old ones with the changed fields replaced.
        const changes = new Map<number, string>();
        for (const [v, g] of e.rule.next) changes.set(v, em.num(g));
        for (const v of forgotten[run]?.[e.to] ?? []) changes.set(v, String(m.layout.vars[v]?.init ?? 0));
        changes.set(nVars + run, String(e.to));
        const byWord = new Map<number, { clear: number; parts: string[] }>();
        for (const [v, text] of changes) {
          const f = packing.fields[v];
          const w = byWord.get(f.word) ?? { clear: 0, parts: [] };
          byWord.set(f.word, {
            clear: w.clear | (f.mask << f.shift),
            parts: text === '0' ? w.parts : [...w.parts, `(${text})<<${String(f.shift)}`],
          });
        }
        body += em.take();
        for (let w = 0; w < packing.words; w++) {
          const c = byWord.get(w);
          body +=
            c === undefined
              ? `out[${String(w)}]=w${String(w)};`
              : `out[${String(w)}]=w${String(w)}&${String(~c.clear)}${c.parts.map(x => `|${x}`).join('')};`;
        }
        body += `emit(${String(ix)});${closing}`;
        if (!isMany) return `any=1;${body}`;
        code += functionText(`e${String(ix)}`, body);
        return `any=1;e${String(ix)}(W,o,out,emit,bad,full);`;
      };
      const em = emitter(packing, tables);
      const choices = es.map((e): Choice => ({ ix: flat.push(e) - 1, left: conjuncts(e.rule.where) }));
      const define = (text: string): string => {
        const name = `g${String(groups++)}`;
        code += functionText(name, text);
        return `${name}(W,o,out,emit,bad,full)`;
      };
      const body = dispatch(choices, em, {
        fresh: () => emitter(packing, tables),
        define,
        step: (ix, inner) => step(flat[ix], ix, inner),
      });
      code += functionText(`f${String(run)}_${String(node)}`, body);
    });
  });
  type Steps = (
    ...args: readonly [Int32Array, number, Int32Array, ...(readonly ((edge: number, which: number) => void)[])]
  ) => number;
  const table = m.edges.map(
    (byNode, run) => `[${byNode.map((es, n) => (es.length > 0 ? `f${String(run)}_${String(n)}` : 'null')).join()}]`,
  );
  const make = generated(
    ['T'],
    `${tables.map((_, i) => `const T${String(i)}=T[${String(i)}];`).join('')}
${code}return [${table.join()}];`,
  ) as (t: Int32Array[]) => (Steps | null)[][];
  const steps = make(tables);
  const pcs = m.edges.map((_, run) => packing.fields[nVars + run]);
  const isLocal = m.edges.map(byNode => byNode.map(es => es.length > 0 && es.every(e => e.local)));
  const runs = m.edges.length;
  const localRuns = reduce ? runs : 0;
  const expand: Compiled['expand'] = (data, at, out, emit, bad, full) => {
    for (let run = 0; run < localRuns; run++) {
      const f = pcs[run];
      const node = (data[at + f.word] >>> f.shift) & f.mask;
      if (isLocal[run][node] && steps[run][node]?.(data, at, out, emit, bad, full) === 1) return;
    }
    for (let run = 0; run < runs; run++) {
      const f = pcs[run];
      steps[run][(data[at + f.word] >>> f.shift) & f.mask]?.(data, at, out, emit, bad, full);
    }
  };
  return { packing, edges: flat, expand };
};

const DEFAULT_BYTES = 1.5 * 2 ** 30;
/** More states than are found between two looks at the memory. */
const ROOM = 200_000;

export const explore = (m: Machine, options: ExploreOptions = {}): Exploration => {
  const c = compile(m, options);
  const table = stateTable(c.packing.words);
  const out = new Int32Array(c.packing.words);
  let parent = new Int32Array(1 << 12);
  let via = new Int32Array(1 << 12);
  pack(c.packing, [...m.init, ...m.graphs.map(x => x.entry)], out, 0);
  const initial = Int32Array.from(out);
  const canon = options.symmetry === undefined ? undefined : canonizer(m, c.packing, options.symmetry);
  canon?.(out);
  table.add(out);
  let stopped = options.onState?.(unpack(c.packing, out, 0)) ?? false;
  parent[0] = -1;
  let at = 0;
  let transitions = 0;
  const found = new Map<PropertyId, Violation>();
  let isStopped = false;
  let full: string | undefined;
  /** The edges to a state. With symmetry the stored states are representatives: the run is found again from the start. */
  const traceTo = (state: number, last: MachineEdge, which: number): MachineEdge[] => {
    const states: number[] = [state];
    for (let i = state; parent[i] >= 0; i = parent[i]) states.push(parent[i]);
    states.reverse();
    if (canon === undefined) return [...states.slice(1).map(i => c.edges[via[i]]), last];
    const edges: MachineEdge[] = [];
    let real: Int32Array = initial;
    const words = c.packing.words;
    const step = new Int32Array(words);
    for (const goal of states.slice(1)) {
      const wanted = table.data().slice(goal * words, (goal + 1) * words);
      let found: { edge: number; to: Int32Array } | undefined;
      c.expand(
        real,
        0,
        step,
        edge => {
          if (found !== undefined) return;
          const to = Int32Array.from(step);
          const rep = Int32Array.from(step);
          canon(rep);
          if (rep.every((w, i) => w === wanted[i])) found = { edge, to };
        },
        () => undefined,
        () => undefined,
      );
      if (found === undefined) throw new ModelBug('a representative has no counterpart: the symmetry is wrong');
      edges.push(c.edges[found.edge]);
      real = found.to;
    }
    let end: MachineEdge | undefined;
    const property = last.rule.rule.bads[which]?.property;
    c.expand(
      real,
      0,
      step,
      () => undefined,
      (edge, k) => {
        const e = c.edges[edge];
        if (e.rule.rule.bads[k]?.property === property) end ??= e;
      },
      () => undefined,
    );
    if (end === undefined) throw new ModelBug('a violation of a representative has no counterpart');
    return [...edges, end];
  };
  const emit = (edge: number): void => {
    transitions++;
    canon?.(out);
    const i = table.add(out);
    if (i < 0) return;
    stopped ||= options.onState?.(unpack(c.packing, out, 0)) ?? false;
    if (i >= parent.length) {
      const p = new Int32Array(parent.length * 2);
      p.set(parent);
      parent = p;
      const v = new Int32Array(via.length * 2);
      v.set(via);
      via = v;
    }
    parent[i] = at;
    via[i] = edge;
  };
  const bad = (edge: number, which: number): void => {
    const e = c.edges[edge];
    const b = e.rule.rule.bads[which];
    if (b === undefined || found.has(b.property) || isStopped) return;
    if (options.property !== undefined && options.property !== b.property) return;
    const v: Violation = { property: b.property, reason: b.reason, trace: traceTo(at, e, which) };
    const counts = options.judge?.(v) ?? true;
    if (counts === 'stop') isStopped = true;
    else if (counts) found.set(b.property, v);
  };
  const capacity = (edge: number, which: number): void => {
    full ??= c.edges[edge].rule.rule.capacity[which]?.of ?? 'capacity';
  };
  const max = options.maxStates ?? 5_000_000;
  const maxBytes = options.maxBytes ?? DEFAULT_BYTES;
  // The states from `at` to `layerEnd` are all reached in `steps` steps, and in no fewer.
  let steps = 0;
  let layerEnd = 1;
  for (; at < table.size(); at++) {
    if (stopped) return { kind: 'bound-reached', of: 'what was asked for', states: table.size() };
    if (at === layerEnd) {
      steps++;
      layerEnd = table.size();
      if (steps === options.maxSteps)
        return { kind: 'bound-reached', of: `${String(steps)} steps`, states: table.size() };
    }
    c.expand(table.data(), at * c.packing.words, out, emit, bad, capacity);
    if (found.size > 0 && options.all !== true) break;
    if (isStopped) return { kind: 'bound-reached', of: 'violations to look at', states: table.size() };
    if ((at & 1023) === 0 && maxBytes < table.bytesFor(ROOM) + parent.byteLength + via.byteLength)
      return { kind: 'bound-reached', of: `${String(maxBytes / 2 ** 20)} MiB`, states: table.size() };
    if (table.size() > max) return { kind: 'bound-reached', of: `${String(max)} states`, states: table.size() };
  }
  const [first] = found.values();
  if (first !== undefined) return { kind: 'violated', first, properties: found, states: table.size(), transitions };
  if (full !== undefined) return { kind: 'bound-reached', of: full, states: table.size() };
  return { kind: 'safe', states: table.size(), transitions, finished: true };
};
