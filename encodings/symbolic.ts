/**
 * Symbolic unrolling: all runs of a finite acyclic system at once, as one boolean circuit.
 *
 * A location is a node of every run's graph. Each location has one condition (some path of choices leads here) and one symbolic
 * state: a cell is a set of values, each with the literal that says it is the one (one-hot, constants folded). Paths that meet
 * at a location are merged. Which branch, interleaving, element or object is taken is left to free inputs, so a solver that
 * makes a literal true has found a run.
 */
import type { G, GroundRule } from './ground.js';
import type { Circuit, Lit } from './solver/circuit.js';
import { FALSE, TRUE } from './solver/circuit.js';

/** A value of a cell: exactly one literal holds wherever the state is reached. */
export interface Value {
  readonly of: readonly number[];
  readonly lits: readonly Lit[];
}

const constants: Value[] = [];
export const constant = (v: number): Value => (constants[v] ??= { of: [v], lits: [TRUE] });

/** Symbolic evaluation of ground terms over one symbolic state. */
export const evaluator = (c: Circuit, state: readonly Value[]): { bool: (g: G) => Lit; num: (g: G) => Value } => {
  const bools = new Map<number, Lit>();
  const nums = new Map<number, Value>();
  const isLit = (v: Value, x: number): Lit => {
    const i = v.of.indexOf(x);
    return i < 0 ? FALSE : v.lits[i];
  };
  const collect = (cases: readonly (readonly [Lit, Value])[]): Value => join(c, cases);
  const selCases = (g: Extract<G, { k: 'sel' }>): [Lit, Value][] => {
    const cases: [Lit, Value][] = [];
    const at = g.at.map(num);
    const visit = (d: number, ix: number, cond: Lit): void => {
      if (cond === FALSE) return;
      const v = at[d];
      if (v === undefined) {
        const x = g.table[ix];
        cases.push([cond, x < 0 ? constant(-1 - x) : state[x]]);
        return;
      }
      v.of.forEach((value, i) => visit(d + 1, ix * g.dims[d] + value, c.and(cond, v.lits[i])));
    };
    visit(0, 0, TRUE);
    return cases;
  };
  const makeBool = (g: G): Lit => {
    switch (g.k) {
      case 'const':
        return g.v === 1 ? TRUE : FALSE;
      case 'var':
        return isLit(state[g.i], 1);
      case 'sel':
        return c.any(selCases(g).map(([cond, v]) => c.and(cond, isLit(v, 1))));
      case 'eq': {
        const a = num(g.a);
        const b = num(g.b);
        return c.any(a.of.map((x, i) => c.and(a.lits[i], isLit(b, x))));
      }
      case 'not':
        return c.not(bool(g.a));
      case 'and': {
        const lits: Lit[] = [];
        for (const a of g.args) {
          const l = bool(a);
          if (l === FALSE) return FALSE;
          lits.push(l);
        }
        return c.all(lits);
      }
      case 'or': {
        const lits: Lit[] = [];
        for (const a of g.args) {
          const l = bool(a);
          if (l === TRUE) return TRUE;
          lits.push(l);
        }
        return c.any(lits);
      }
      case 'ite': {
        const p = bool(g.p);
        if (p === TRUE) return bool(g.t);
        if (p === FALSE) return bool(g.e);
        return c.ite(p, bool(g.t), bool(g.e));
      }
    }
  };
  const makeNum = (g: G): Value => {
    switch (g.k) {
      case 'const':
        return constant(g.v);
      case 'var':
        return state[g.i];
      case 'sel':
        return collect(selCases(g));
      case 'ite': {
        const p = bool(g.p);
        if (p === TRUE) return num(g.t);
        if (p === FALSE) return num(g.e);
        return collect([
          [p, num(g.t)],
          [c.not(p), num(g.e)],
        ]);
      }
      default: {
        const l = bool(g);
        if (l === TRUE) return constant(1);
        if (l === FALSE) return constant(0);
        return { of: [0, 1], lits: [c.not(l), l] };
      }
    }
  };
  const bool = (g: G): Lit => {
    let l = bools.get(g.id);
    if (l === undefined) bools.set(g.id, (l = makeBool(g)));
    return l;
  };
  const num = (g: G): Value => {
    let v = nums.get(g.id);
    if (v === undefined) nums.set(g.id, (v = makeNum(g)));
    return v;
  };
  return { bool, num };
};

/** The value under mutually exclusive conditions, one of which holds. */
const join = (c: Circuit, cases: readonly (readonly [Lit, Value])[]): Value => {
  const [first] = cases;
  if (first !== undefined && cases.every(([, v]) => v === first[1])) return first[1];
  const by = new Map<number, Lit[]>();
  for (const [cond, v] of cases)
    v.of.forEach((x, i) => {
      const l = c.and(cond, v.lits[i]);
      if (l === FALSE) return;
      const list = by.get(x);
      if (list === undefined) by.set(x, [l]);
      else list.push(l);
    });
  if (by.size === 1) for (const x of by.keys()) return constant(x);
  const of = [...by.keys()].sort((a, b) => a - b);
  return { of, lits: of.map(x => c.any(by.get(x) ?? [])) };
};

export interface SymbolicEdge {
  readonly from: number;
  readonly to: number;
  readonly rule: GroundRule;
}
/** What is asked of every edge, in order: each check that fails is an outcome and ends the path. */
export interface Check {
  readonly name: string;
  /** Fails when true (a bad thing) or when false (a guard, a bound). */
  readonly failsWhen: 0 | 1;
  readonly of: G;
}
export interface SymbolicSystem<E extends SymbolicEdge> {
  readonly init: ArrayLike<number>;
  readonly entries: readonly number[];
  readonly edges: readonly (readonly (readonly E[])[])[];
  readonly checks: (e: E) => readonly Check[];
  /** A node whose steps concern its own run only: the other runs need not be interleaved there. */
  readonly isLocal: (run: number, node: number) => boolean;
  /** Variables to forget on arrival at a node of a run, with their initial value. */
  readonly forget: (run: number, node: number) => readonly number[];
  /**
   * Variables by which paths to a location are told apart while they are constant: paths that agree on them are merged, others
   * are not. With none, every location is one; with all, nothing is merged that differs.
   */
  readonly splitOn: readonly number[];
  /** Only runs of at most so many steps. Without it, all. */
  readonly maxSteps?: number;
  readonly maxLocations: number;
  readonly maxGates?: number;
}

export interface Outcome<E> {
  readonly edge: E;
  readonly check: Check;
  readonly lit: Lit;
  /** Steps up to and with this one; known where steps are counted (`maxSteps`). */
  readonly steps: number | undefined;
}
export interface Unrolling<E> {
  readonly outcomes: readonly Outcome<E>[];
  /** What the free inputs must satisfy to describe a run. */
  readonly constraints: readonly Lit[];
  readonly locations: number;
  /** The run that an assignment of the circuit describes, up to the outcome it makes true. */
  readonly decode: (isTrue: (l: Lit) => boolean) => readonly E[];
}

/** Thrown when there are more locations or gates than the caller allows. */
export class TooManyLocations extends Error {}

export const unrollSymbolic = <E extends SymbolicEdge>(c: Circuit, sys: SymbolicSystem<E>): Unrolling<E> => {
  const ranks = sys.edges.map(byNode => {
    const rank = byNode.map(() => -1);
    const visit = (n: number): number => {
      const known = rank[n];
      if (known >= 0) return known;
      let r = 0;
      for (const e of byNode[n] ?? []) r = Math.max(r, 1 + visit(e.to));
      rank[n] = r;
      return r;
    };
    byNode.forEach((_, n) => visit(n));
    return rank;
  });
  interface Location {
    readonly at: readonly number[];
    readonly into: { cond: Lit; state: Value[] }[];
  }
  // Locations by level, so that all ways into one are known before it. Every step lowers the sum of the longest ways left; where
  // steps are counted, the level is their number, and a location is left for another one of the next level.
  const levels: Map<string, Location>[] = [];
  const heightOf = (at: readonly number[]): number => at.reduce((sum, n, r) => sum + (ranks[r]?.[n] ?? 0), 0);
  const last = Math.min(heightOf(sys.entries), sys.maxSteps ?? Infinity);
  const levelOf = (at: readonly number[], steps: number): number =>
    sys.maxSteps === undefined ? last - heightOf(at) : steps;
  let locations = 0;
  const keyOf = (at: readonly number[], state: readonly Value[]): string => {
    const shape = sys.splitOn.map(i => {
      const v = state[i];
      return v.of.length === 1 ? v.of[0] : -1;
    });
    return `${at.join()}|${String.fromCharCode(...shape.map(x => x + 1))}`;
  };
  const arrive = (at: readonly number[], cond: Lit, state: Value[], n: number): Location => {
    const level = (levels[n] ??= new Map());
    const key = keyOf(at, state);
    let loc = level.get(key);
    if (loc === undefined) {
      level.set(key, (loc = { at, into: [] }));
      if (++locations > sys.maxLocations) throw new TooManyLocations(`more than ${String(sys.maxLocations)} locations`);
    }
    loc.into.push({ cond, state });
    return loc;
  };
  const outcomes: Outcome<E>[] = [];
  const constraints: Lit[] = [];
  /**
   * The state where paths meet. A cell on which they differ gets an input for each value, exactly one of them true, tied to the
   * source by the way that was taken: solvers learn far better from such variables than from a disjunction over all ways.
   */
  const merge = (into: readonly { readonly cond: Lit; readonly state: Value[] }[]): Value[] => {
    const [only] = into;
    if (only === undefined || into.length === 1) return only?.state ?? [];
    return only.state.map((v, i) => {
      // Most cells are the same on all ways, and constants are shared.
      let isSame = true;
      for (let k = 1; k < into.length && isSame; k++) isSame = into[k].state[i] === v;
      if (isSame) return v;
      const of = [...new Set(into.flatMap(x => x.state[i].of))].sort((a, b) => a - b);
      if (of.length === 1) return constant(of[0]);
      const lits = of.length === 2 ? pair() : of.map(() => c.fresh());
      if (of.length > 2) constraints.push(c.exactlyOne(lits));
      for (const x of into) {
        const from = x.state[i];
        from.of.forEach((value, k) => {
          constraints.push(c.implies(c.and(x.cond, from.lits[k]), lits[of.indexOf(value)]));
        });
      }
      return { of, lits };
    });
  };
  const pair = (): Lit[] => {
    const l = c.fresh();
    return [c.not(l), l];
  };
  interface Taken {
    readonly edge: E;
    readonly lit: Lit;
    to: Location | undefined;
  }
  const taken = new Map<Location, Taken[]>();
  const start = sys.entries;
  const first = arrive(
    start,
    TRUE,
    Array.from({ length: sys.init.length }, (_, i) => constant(sys.init[i])),
    0,
  );
  for (let n = 0; n <= last; n++) {
    for (const loc of levels[n]?.values() ?? []) {
      if (sys.maxGates !== undefined && c.size() > sys.maxGates)
        throw new TooManyLocations(`more than ${String(sys.maxGates)} gates`);
      const reach = c.any(loc.into.map(x => x.cond));
      if (reach === FALSE) continue;
      const state = merge(loc.into);
      loc.into.length = 0;
      const ev = evaluator(c, state);
      const count = sys.maxSteps === undefined ? undefined : n + 1;
      // Runs in the order of their turns: one whose steps concern nobody else goes first, and the others where it has none.
      const isFirst = (n: number, r: number): boolean => (sys.edges[r]?.[n]?.length ?? 0) > 0 && sys.isLocal(r, n);
      const possible: { r: number; edge: E; where: Lit }[] = [];
      let turn: Lit = TRUE;
      const offer = (r: number): Lit[] =>
        (sys.edges[r]?.[loc.at[r]] ?? []).map(edge => {
          const where = c.and(turn, ev.bool(edge.rule.where));
          if (where !== FALSE) possible.push({ r, edge, where });
          return where;
        });
      const firsts = loc.at.flatMap((at, r) => (isFirst(at, r) ? [r] : []));
      for (const r of firsts) if (turn !== FALSE) turn = c.and(turn, c.not(c.any(offer(r))));
      if (turn !== FALSE) loc.at.forEach((_, r) => firsts.includes(r) || offer(r));
      const chosen: Lit[] = [];
      const list: Taken[] = [];
      taken.set(loc, list);
      for (const s of possible) {
        // A step that has no rival is taken; among several, free inputs choose at most one.
        let cond: Lit;
        if (possible.length === 1) cond = c.and(reach, s.where);
        else {
          cond = c.fresh();
          constraints.push(c.implies(cond, reach), c.implies(cond, s.where));
          chosen.push(cond);
        }
        const step: Taken = { edge: s.edge, lit: cond, to: undefined };
        list.push(step);
        for (const check of sys.checks(s.edge)) {
          const l = ev.bool(check.of);
          const fails = check.failsWhen === 1 ? l : c.not(l);
          const lit = c.and(cond, fails);
          if (lit !== FALSE) outcomes.push({ edge: s.edge, check, lit, steps: count });
          cond = c.and(cond, c.not(fails));
          if (cond === FALSE) break;
        }
        if (cond === FALSE || (count !== undefined && count === sys.maxSteps)) continue;
        const to = loc.at.map((n, r) => (r === s.r ? s.edge.to : n));
        const next = [...state];
        for (const [v, g] of s.edge.rule.next) next[v] = ev.num(g);
        for (const v of sys.forget(s.r, s.edge.to)) next[v] = constant(sys.init[v]);
        step.to = arrive(to, cond, next, levelOf(to, n + 1));
      }
      if (chosen.length > 1) constraints.push(c.atMostOne(chosen));
    }
    levels[n]?.clear();
  }
  const decode = (isTrue: (l: Lit) => boolean): E[] => {
    const trace: E[] = [];
    for (let at: Location | undefined = first; at !== undefined;) {
      const step: Taken | undefined = taken.get(at)?.find(x => isTrue(x.lit));
      if (step === undefined) return trace;
      trace.push(step.edge);
      if (outcomes.some(o => o.edge === step.edge && isTrue(o.lit))) return trace;
      at = step.to;
    }
    return trace;
  };
  return { outcomes, constraints: constraints.filter(l => l !== TRUE), locations, decode };
};
