/**
 * Grounds rules over a finite instance: quantifiers are unrolled, facts of the world folded away, cells become numbered variables.
 *
 * What is left is a small term over state variables; the closures, the generated code and the circuits all start from it.
 */
import type { Assign, Sort, Term, Var } from '../model/term.js';
import { ModelBug } from '../model/term.js';
import type { Rule } from '../model/rule.js';
import type { Instance, Layout } from './instance.js';
import { sizeOf } from './instance.js';
import { effectsId, termId } from './rule-key.js';

/** A ground term. All values are small non-negative integers; false is 0, true is 1. Nodes are shared: compare by `id`. */
export type G =
  | { readonly id: number; readonly k: 'const'; readonly v: number }
  | { readonly id: number; readonly k: 'var'; readonly i: number; readonly size: number }
  /** A look-up at computed indices: entries >= 0 are variables, -1-c is the constant c. */
  | {
      readonly id: number;
      readonly k: 'sel';
      readonly at: readonly G[];
      readonly dims: readonly number[];
      readonly table: Int32Array;
    }
  | { readonly id: number; readonly k: 'eq'; readonly a: G; readonly b: G }
  | { readonly id: number; readonly k: 'not'; readonly a: G }
  | { readonly id: number; readonly k: 'and' | 'or'; readonly args: readonly G[] }
  | { readonly id: number; readonly k: 'ite'; readonly p: G; readonly t: G; readonly e: G };

export interface Pool {
  readonly constant: (v: number) => G;
  readonly variable: (i: number, size: number) => G;
  readonly sel: (at: readonly G[], dims: readonly number[], table: Int32Array, sizeOfVar: (i: number) => number) => G;
  readonly eq: (a: G, b: G) => G;
  readonly not: (a: G) => G;
  readonly and: (args: readonly G[]) => G;
  readonly or: (args: readonly G[]) => G;
  readonly ite: (p: G, t: G, e: G) => G;
}

/** Makes shared, folded ground terms. */
export const pool = (): Pool => {
  let next = 0;
  const consts: G[] = [];
  const vars: G[] = [];
  const pairs = new Map<number, G>();
  const nots = new Map<number, G>();
  const ands = new Map<number, G>();
  const ors = new Map<number, G>();
  const lists = new Map<string, G>();
  const constant = (v: number): G => (consts[v] ??= { id: next++, k: 'const', v });
  const F = constant(0);
  const T = constant(1);
  const variable = (i: number, size: number): G => (vars[i] ??= { id: next++, k: 'var', i, size });
  const listed = (key: string, make: (id: number) => G): G => {
    const old = lists.get(key);
    if (old !== undefined) return old;
    const g = make(next++);
    lists.set(key, g);
    return g;
  };
  const not = (a: G): G => {
    if (a.k === 'const') return a.v === 0 ? T : F;
    if (a.k === 'not') return a.a;
    let g = nots.get(a.id);
    if (g === undefined) nots.set(a.id, (g = { id: next++, k: 'not', a }));
    return g;
  };
  /** Most conjunctions have two parts that are none themselves: they need no list. */
  const two = (k: 'and' | 'or', x: G, y: G): G => {
    const [a, b] = x.id <= y.id ? [x, y] : [y, x];
    const key = a.id * 0x4000000 + b.id;
    const known = k === 'and' ? ands : ors;
    let g = known.get(key);
    if (g === undefined) known.set(key, (g = { id: next++, k, args: [a, b] }));
    return g;
  };
  const nary = (k: 'and' | 'or', args: readonly G[]): G => {
    const stop = k === 'and' ? F : T;
    const skip = k === 'and' ? T : F;
    const [x, y] = args;
    if (args.length === 2 && x !== undefined && y !== undefined) {
      if (x === stop || y === stop) return stop;
      if (x === skip || x === y) return y;
      if (y === skip) return x;
      if ((x.k === 'not' && x.a === y) || (y.k === 'not' && y.a === x)) return stop;
      if (x.k !== k && y.k !== k) return two(k, x, y);
    }
    const seen = new Map<number, G>();
    for (const a of args) {
      if (a === stop) return stop;
      if (a === skip) continue;
      if (a.k === k) for (const b of a.args) seen.set(b.id, b);
      else seen.set(a.id, a);
    }
    for (const a of seen.values()) if (a.k === 'not' && seen.has(a.a.id)) return stop;
    if (seen.size === 0) return skip;
    const list = [...seen.values()].sort((x, y) => x.id - y.id);
    const [only, other] = list;
    if (list.length === 1 && only !== undefined) return only;
    if (list.length === 2 && only !== undefined && other !== undefined) return two(k, only, other);
    return listed(k + list.map(x => x.id).join(), id => ({ id, k, args: list }));
  };
  const and = (args: readonly G[]): G => nary('and', args);
  const or = (args: readonly G[]): G => nary('or', args);
  const eq = (a0: G, b0: G): G => {
    let [a, b] = a0.id <= b0.id ? [a0, b0] : [b0, a0];
    if (a === b) return T;
    if (a.k === 'const') [a, b] = [b, a];
    if (b.k === 'const') {
      if (a.k === 'const') return a.v === b.v ? T : F;
      if (a.k === 'var') {
        if (b.v >= a.size) return F;
        if (a.size === 2) return b.v === 1 ? a : not(a);
      }
      if (a.k === 'ite') {
        const t = eq(a.t, b);
        const e = eq(a.e, b);
        if (t.k === 'const' || e.k === 'const') return ite(a.p, t, e);
      }
      if (a.k === 'not' || a.k === 'and' || a.k === 'or' || a.k === 'eq') return b.v === 1 ? a : b.v === 0 ? not(a) : F;
    }
    const key = a.id * 0x4000000 + b.id;
    let g = pairs.get(key);
    if (g === undefined) pairs.set(key, (g = { id: next++, k: 'eq', a, b }));
    return g;
  };
  const ite = (p: G, t: G, e: G): G => {
    if (p.k === 'const') return p.v === 1 ? t : e;
    if (t === e) return t;
    if (p.k === 'not') return ite(p.a, e, t);
    if (t === T && e === F) return p;
    if (t === F && e === T) return not(p);
    if (t.k === 'ite' && t.p === p) return ite(p, t.t, e);
    if (e.k === 'ite' && e.p === p) return ite(p, t, e.e);
    if (isBool(t) && isBool(e)) {
      if (t === T) return or([p, e]);
      if (e === F) return and([p, t]);
      if (t === F) return and([not(p), e]);
      if (e === T) return or([not(p), t]);
    }
    return listed(`?${String(p.id)},${String(t.id)},${String(e.id)}`, id => ({ id, k: 'ite', p, t, e }));
  };
  // Tables are compared by identity; the part of a table that constant indices leave is made once.
  const tableIds = new Map<Int32Array, number>();
  let tables = 0;
  const tableId = (t: Int32Array): number => {
    let i = tableIds.get(t);
    if (i === undefined) tableIds.set(t, (i = tables++));
    return i;
  };
  const slices = new Map<string, { readonly sub: Int32Array; readonly dims: readonly number[] }>();
  const slice = (
    at: readonly G[],
    dims: readonly number[],
    table: Int32Array,
  ): { sub: Int32Array; dims: readonly number[] } => {
    const key = `${String(tableId(table))}|${at.map(a => (a.k === 'const' ? a.v : '_')).join()}`;
    let s = slices.get(key);
    if (s === undefined) {
      const free = at.flatMap((a, d) => (a.k === 'const' ? [] : [d]));
      const keep = free.map(d => dims[d]);
      const sub = new Int32Array(keep.reduce((x, y) => x * y, 1));
      const pick = at.map(a => (a.k === 'const' ? a.v : 0));
      for (let j = 0; j < sub.length; j++) {
        let rest = j;
        for (let q = free.length - 1; q >= 0; q--) {
          pick[free[q]] = rest % keep[q];
          rest = Math.floor(rest / keep[q]);
        }
        sub[j] = table[pick.reduce((ix, v, d) => ix * dims[d] + v, 0)];
      }
      slices.set(key, (s = { sub, dims: keep }));
    }
    return s;
  };
  const sel: Pool['sel'] = (at, dims, table, sizeOfVar) => {
    if (at.every(a => a.k === 'const')) {
      let ix = 0;
      for (let d = 0; d < dims.length; d++) ix = ix * dims[d] + (at[d] as { v: number }).v;
      const x = table[ix];
      return x < 0 ? constant(-1 - x) : variable(x, sizeOfVar(x));
    }
    const { sub, dims: left } = at.some(a => a.k === 'const') ? slice(at, dims, table) : { sub: table, dims };
    const free = at.filter(a => a.k !== 'const');
    const first = sub[0];
    if (sub.every(x => x === first)) return first < 0 ? constant(-1 - first) : variable(first, sizeOfVar(first));
    const key = `[${String(tableId(sub))}|${free.map(a => a.id).join()}`;
    const old = lists.get(key);
    if (old !== undefined) return old;
    // Cells that exist at few of the places are read by cases; facts of the world stay tables.
    const places: number[] = [];
    for (let j = 0; j < sub.length; j++) if (sub[j] >= 0) places.push(j);
    if (places.length > 0 && sub.length > 16 && places.length * 2 < sub.length) {
      const fallback = constant(-1 - (sub.find(x => x < 0) ?? -1));
      let g = fallback;
      for (const j of places) {
        let rest = j;
        const conds: G[] = [];
        for (let d = left.length - 1; d >= 0; d--) {
          conds.push(eq(free[d], constant(rest % left[d])));
          rest = Math.floor(rest / left[d]);
        }
        const x = sub[j];
        g = ite(and(conds), variable(x, sizeOfVar(x)), g);
      }
      lists.set(key, g);
      return g;
    }
    return listed(key, id => ({ id, k: 'sel', at: free, dims: left, table: sub }));
  };
  return { constant, variable, sel, eq, not, and, or, ite };
};
const isBool = (g: G): boolean =>
  g.k === 'and' ||
  g.k === 'or' ||
  g.k === 'not' ||
  g.k === 'eq' ||
  (g.k === 'const' && g.v < 2) ||
  (g.k === 'var' && g.size === 2);

const mentions = (t: Term, names: ReadonlySet<string>): boolean => {
  switch (t.op) {
    case 'lit':
      return false;
    case 'var':
      return names.has(t.name);
    case 'read':
    case 'world':
      return t.at.some(a => mentions(a, names));
    case 'forall':
    case 'exists':
      return mentions(t.body, names);
    case 'called':
      return mentions(t.of, names);
    default:
      return t.args.some(a => mentions(a, names));
  }
};

/** Values of bound variables and parameters while grounding. */
export type Env = ReadonlyMap<string, number>;

export interface Grounder {
  readonly layout: Layout;
  readonly p: Pool;
  readonly term: (t: Term, env: Env) => G;
  /** As `term`, remembered by the text of the term: the rules of two designs have most of their terms in common. */
  readonly shared: (t: Term, env: Env, envText: string) => G;
  /** The new values that simultaneous assignments give: only variables that may change. Remembered likewise. */
  readonly assigns: (effects: readonly Assign[], env: Env, envText: string) => ReadonlyMap<number, G>;
}

const valueIndex = (inst: Instance, sort: Sort, value: string): number => {
  const i =
    sort.kind === 'enum' ? sort.values.indexOf(value) : (inst.names.get(sort.name) ?? sort.values).indexOf(value);
  if (i < 0) throw new ModelBug(`${sort.name} has no element '${value}'`);
  return i;
};

export const grounder = (layout: Layout, p: Pool = pool()): Grounder => {
  const { inst } = layout;
  const sizeOfVar = (i: number): number => layout.vars[i]?.size ?? 2;
  const lookup = (env: Env, v: Var): number => {
    const x = env.get(v.name);
    if (x === undefined) throw new ModelBug(`variable '${v.name}' is not bound`);
    return x;
  };
  const worldTables = new Map<string, { dims: number[]; table: Int32Array }>();
  const worldOf = (fn: { fn: string; index: readonly Sort[] }): { dims: number[]; table: Int32Array } => {
    let w = worldTables.get(fn.fn);
    if (w === undefined) {
      const dims = fn.index.map(s => sizeOf(inst, s));
      const t = inst.tables.get(fn.fn);
      const n = dims.reduce((a, b) => a * b, 1);
      w = { dims, table: Int32Array.from({ length: n }, (_, i) => -1 - (t?.[i] ?? 0)) };
      worldTables.set(fn.fn, w);
    }
    return w;
  };
  const placesOf = new Map<string, readonly { readonly at: readonly number[]; readonly v: number }[]>();
  /** The places at which a cell exists. */
  const placesIn = (cell: string): readonly { readonly at: readonly number[]; readonly v: number }[] => {
    let list = placesOf.get(cell);
    if (list === undefined) {
      const place = layout.cells.get(cell);
      const out: { at: number[]; v: number }[] = [];
      place?.table.forEach((v, j) => {
        if (v < 0) return;
        const at: number[] = [];
        let rest = j;
        for (let d = place.dims.length - 1; d >= 0; d--) {
          at[d] = rest % place.dims[d];
          rest = Math.floor(rest / place.dims[d]);
        }
        out.push({ at, v });
      });
      placesOf.set(cell, (list = out));
    }
    return list;
  };
  /**
   * `exists x, y: cell(.., x, .., y, ..)` over the places at which the cell exists, instead of over all x and y: most cells exist at
   * few. Undefined when the term has another shape, or the cell reads as true elsewhere.
   */
  const existsPlace = (t: Extract<Term, { op: 'forall' | 'exists' }>, env: Env): G | undefined => {
    const over = new Set<string>();
    let body: Term = t;
    while (body.op === 'exists') {
      over.add(body.over.name);
      body = body.body;
    }
    if (body.op !== 'read' || body.cell.domain === undefined || body.sort.name !== 'Bool' || body.cell.init !== 'false')
      return undefined;
    const used = body.at.flatMap(a => (a.op === 'var' && over.has(a.name) ? [a.name] : []));
    if (used.length !== over.size || new Set(used).size !== over.size) return undefined;
    const fixed: { d: number; g: G }[] = [];
    for (const [d, a] of body.at.entries()) {
      if (a.op === 'var' && over.has(a.name)) continue;
      if (mentions(a, over)) return undefined;
      fixed.push({ d, g: term(a, env) });
    }
    const ways: G[] = [];
    for (const { at, v } of placesIn(body.cell.cell)) {
      const conds: G[] = [];
      let possible = true;
      for (const { d, g } of fixed) {
        const c = p.eq(g, p.constant(at[d]));
        if (c.k === 'const' && c.v === 0) {
          possible = false;
          break;
        }
        conds.push(c);
      }
      if (possible) ways.push(p.and([...conds, p.variable(v, sizeOfVar(v))]));
    }
    return p.or(ways);
  };
  const term = (t: Term, env: Env): G => {
    switch (t.op) {
      case 'lit':
        return p.constant(valueIndex(inst, t.sort, t.value));
      case 'var':
        return p.constant(lookup(env, t));
      case 'read': {
        const place = layout.cells.get(t.cell.cell);
        if (place === undefined) throw new ModelBug(`cell '${t.cell.cell}' is not part of this system`);
        return p.sel(
          t.at.map(a => term(a, env)),
          place.dims,
          place.table,
          sizeOfVar,
        );
      }
      case 'world': {
        const w = worldOf(t.fn);
        return p.sel(
          t.at.map(a => term(a, env)),
          w.dims,
          w.table,
          sizeOfVar,
        );
      }
      case 'eq':
        return p.eq(term(t.args[0], env), term(t.args[1], env));
      case 'not':
        return p.not(term(t.args[0], env));
      case 'and':
      case 'or': {
        const stop = t.op === 'and' ? 0 : 1;
        const gs: G[] = [];
        for (const a of t.args) {
          const g = term(a, env);
          if (g.k === 'const' && g.v === stop) return g;
          gs.push(g);
        }
        return t.op === 'and' ? p.and(gs) : p.or(gs);
      }
      case 'ite': {
        const c = term(t.args[0], env);
        if (c.k === 'const') return term(c.v === 1 ? t.args[1] : t.args[2], env);
        return p.ite(c, term(t.args[1], env), term(t.args[2], env));
      }
      case 'forall':
      case 'exists': {
        const sparse = t.op === 'exists' ? existsPlace(t, env) : undefined;
        if (sparse !== undefined) return sparse;
        const stop = t.op === 'forall' ? 0 : 1;
        const n = sizeOf(inst, t.over.sort);
        const gs: G[] = [];
        const inner = new Map(env);
        for (let v = 0; v < n; v++) {
          inner.set(t.over.name, v);
          const g = term(t.body, inner);
          if (g.k === 'const' && g.v === stop) return g;
          gs.push(g);
        }
        return t.op === 'forall' ? p.and(gs) : p.or(gs);
      }
      case 'called':
        return term(t.of, env);
    }
  };
  const assigns = (effects: readonly Assign[], env: Env): Map<number, G> => {
    const out = new Map<number, G>();
    /** As `term`; `conditions` has those that were met before with the same variables: assignments of a row have them in common. */
    const valueOf = (t: Term, e: Env, conditions: Map<Term, G>): G => {
      if (t.op !== 'ite') return term(t, e);
      const [when, yes, no] = t.args;
      let c = conditions.get(when);
      if (c === undefined) conditions.set(when, (c = term(when, e)));
      if (c.k === 'const') return valueOf(c.v === 1 ? yes : no, e, conditions);
      return p.ite(c, valueOf(yes, e, conditions), valueOf(no, e, conditions));
    };
    const one = (a: Assign, e: Env, conditions: Map<Term, G> = new Map()): void => {
      const place = layout.cells.get(a.target.cell.cell);
      if (place === undefined) throw new ModelBug(`cell '${a.target.cell.cell}' is not part of this system`);
      const at = a.target.at.map(x => term(x, e));
      let value: G | undefined;
      const visit = (d: number, ix: number, conds: readonly G[]): void => {
        if (d === at.length) {
          const v = place.table[ix];
          if (v === undefined) throw new ModelBug(`${a.target.cell.cell}: index out of range`);
          if (v < 0) return;
          value ??= valueOf(a.value, e, conditions);
          const old = out.get(v) ?? p.variable(v, sizeOfVar(v));
          const now = p.ite(p.and(conds), value, old);
          out.set(v, now);
          return;
        }
        const g = at[d];
        const dim = place.dims[d];
        if (g.k === 'const') visit(d + 1, ix * dim + g.v, conds);
        else
          for (let v = 0; v < dim; v++) {
            const c = p.eq(g, p.constant(v));
            if (c.k === 'const' && c.v === 0) continue;
            visit(d + 1, ix * dim + v, [...conds, c]);
          }
      };
      visit(0, 0, []);
    };
    const spread = (a: Assign, vars: readonly Var[], e: Env): void => {
      const [v, ...rest] = vars;
      if (v === undefined) {
        one(a, e);
        return;
      }
      const n = sizeOf(inst, v.sort);
      const inner = new Map(e);
      for (let x = 0; x < n; x++) {
        inner.set(v.name, x);
        spread(a, rest, inner);
      }
    };
    /** When every variable is itself an index, only the places where the cell exists need a visit. */
    const overPlaces = (a: Assign): boolean => {
      const place = layout.cells.get(a.target.cell.cell);
      if (place === undefined || a.vars.length < 2) return false;
      if (!a.vars.every(v => a.target.at.some(t => t.op === 'var' && t.name === v.name))) return false;
      const own = new Set(a.vars.map(v => v.name));
      for (let j = 0; j < place.table.length; j++) {
        if (place.table[j] < 0) continue;
        const inner = new Map(env);
        let rest = j;
        for (let d = place.dims.length - 1; d >= 0; d--) {
          const t = a.target.at[d] as Term;
          if (t.op === 'var' && own.has(t.name)) inner.set(t.name, rest % place.dims[d]);
          rest = Math.floor(rest / place.dims[d]);
        }
        if (a.vars.every(v => inner.has(v.name))) one(a, inner);
      }
      return true;
    };
    /** Assignments that `each` made together, and that write to other places for every value of its variable. */
    const rowAt = (from: number): readonly Assign[] => {
      const [x] = effects[from]?.vars ?? [];
      const rest = effects.slice(from);
      const end = rest.findIndex(a => a.vars.length !== 1 || a.vars[0] !== x || !a.target.at.some(t => t === x));
      return x === undefined ? [] : rest.slice(0, end < 0 ? rest.length : end);
    };
    for (let i = 0; i < effects.length;) {
      const row = rowAt(i);
      const [x] = row[0]?.vars ?? [];
      const a = effects[i];
      if (x === undefined) {
        if (a !== undefined && !overPlaces(a)) spread(a, a.vars, env);
        i++;
        continue;
      }
      const inner = new Map(env);
      for (let v = 0; v < sizeOf(inst, x.sort); v++) {
        inner.set(x.name, v);
        const conditions = new Map<Term, G>();
        for (const b of row) one(b, inner, conditions);
      }
      i += row.length;
    }
    for (const [v, g] of out) if (g.k === 'var' && g.i === v) out.delete(v);
    return out;
  };
  const known = new Map<string, G>();
  const shared = (t: Term, env: Env, envText: string): G => {
    const key = `${String(termId(t))}|${envText}`;
    let g = known.get(key);
    if (g === undefined) known.set(key, (g = term(t, env)));
    return g;
  };
  const changes = new Map<string, ReadonlyMap<number, G>>();
  const sharedAssigns = (effects: readonly Assign[], env: Env, envText: string): ReadonlyMap<number, G> => {
    const key = `${String(effectsId(effects))}|${envText}`;
    let next = changes.get(key);
    if (next === undefined) changes.set(key, (next = assigns(effects, env)));
    return next;
  };
  return { layout, p, term, shared, assigns: sharedAssigns };
};

/** A rule with its parameters fixed and one value for each choice. */
export interface GroundRule {
  readonly rule: Rule;
  readonly env: Env;
  readonly where: G;
  readonly guards: readonly G[];
  readonly bads: readonly G[];
  readonly capacity: readonly G[];
  readonly next: ReadonlyMap<number, G>;
  /** Values of the choices, in the rule's order. */
  readonly chosen: readonly number[];
}

/** All ground instances of a rule. `limit` narrows the candidates of a choice (default: every element of its sort). */
export const groundRule = (
  g: Grounder,
  rule: Rule,
  env: Env,
  limit: (choice: string) => readonly number[] | undefined = () => undefined,
): GroundRule[] => {
  const out: GroundRule[] = [];
  const visit = (i: number, e: Env, chosen: readonly number[]): void => {
    const c = rule.choices[i];
    if (c !== undefined) {
      const all = limit(c.of.name) ?? Array.from({ length: sizeOf(g.layout.inst, c.of.sort) }, (_, v) => v);
      for (const v of all) visit(i + 1, new Map(e).set(c.of.name, v), [...chosen, v]);
      return;
    }
    const text = [...e].join(';');
    const where = g.shared(rule.where, e, text);
    if (where.k === 'const' && where.v === 0) return;
    out.push({
      rule,
      env: e,
      where,
      guards: rule.guards.map(x => g.shared(x.holds, e, text)),
      bads: rule.bads.map(x => g.shared(x.when, e, text)),
      capacity: rule.capacity.map(x => g.shared(x.holds, e, text)),
      next: g.assigns(rule.effects, e, text),
      chosen,
    });
  };
  visit(0, env, []);
  if (!rule.choices.some(c => c.take === 'first')) return out;
  // Of candidates that behave alike the first possible one is taken: each later one is ruled out by those before it.
  const before = new Map<string, G[]>();
  return out.flatMap(r => {
    const key = r.chosen.filter((_, i) => rule.choices[i]?.take === 'any').join();
    const earlier = before.get(key) ?? [];
    before.set(key, [...earlier, r.where]);
    const where = g.p.and([r.where, g.p.not(g.p.or(earlier))]);
    return where.k === 'const' && where.v === 0 ? [] : [{ ...r, where }];
  });
};
