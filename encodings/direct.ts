/**
 * Rules as functions of a state, without grounding them first: made once in a process, for all programs. Grounding a step pays where
 * many states take it; most steps of a program are taken by one. The answers are those of ground.ts and closures.ts (tested).
 */
import type { Assign, Cell, Sort, Term } from '../model/term.js';
import { ModelBug, variable } from '../model/term.js';
import type { Rule } from '../model/rule.js';
import type { Env } from './ground.js';
import type { CellPlace, Instance, Layout } from './instance.js';
import { sizeOf } from './instance.js';

/** What happens to a state: no choice is possible; a guard (by number) fails; a table of the model is full; or the next state. */
export type Taken =
  | { readonly kind: 'impossible' }
  | { readonly kind: 'fails'; readonly guard: number; readonly env: Env }
  | { readonly kind: 'full'; readonly of: string }
  | { readonly kind: 'on'; readonly next: Int32Array };

export interface Direct {
  /** Takes the first choice that is possible, as the ground rules of `groundRule` would be tried in their order. */
  readonly take: (
    rule: Rule,
    env: Env,
    state: Int32Array,
    limit: (choice: string) => readonly number[] | undefined,
  ) => Taken;
  readonly value: (t: Term, env: Env, state: Int32Array) => number;
}

/** Numbers names as they come: what is looked up in every evaluation is an array, not a map. */
const numbering = (): ((name: string) => number) => {
  const known = new Map<string, number>();
  return name => {
    let n = known.get(name);
    if (n === undefined) known.set(name, (n = known.size));
    return n;
  };
};
const variableNumber = numbering();
const cellNumber = numbering();
const factNumber = numbering();
const sortNumber = numbering();
const sorts: Sort[] = [];
const sizeNumber = (s: Sort): number => {
  const n = sortNumber(s.name);
  sorts[n] ??= s;
  return n;
};

/** One layout, one state, and the values of variables: all that a term is asked of. */
interface Setting {
  state: Int32Array;
  readonly env: number[];
  readonly places: (Place | undefined)[];
  readonly facts: (Fact | undefined)[];
  readonly sizes: (number | undefined)[];
  readonly layout: Layout;
}
interface Fact {
  readonly dims: readonly number[];
  /** Absent: constantly the first value. */
  readonly table: Int32Array | undefined;
}
interface Place extends CellPlace {
  /** The variables that the cell has, by number. */
  readonly vars: readonly number[];
}
type Value = (m: Setting) => number;

const settingOf = (layout: Layout): Setting => ({
  state: new Int32Array(0),
  env: [],
  places: [],
  facts: [],
  sizes: [],
  layout,
});
const placeOf = (m: Setting, cell: number, name: string): Place => {
  const known = m.places[cell];
  if (known !== undefined) return known;
  const place = m.layout.cells.get(name);
  if (place === undefined) throw new ModelBug(`cell '${name}' is not part of this system`);
  const made = { ...place, vars: [...place.table].filter(x => x >= 0) };
  m.places[cell] = made;
  return made;
};
const factOf = (m: Setting, fn: number, name: string, index: readonly Sort[]): Fact =>
  (m.facts[fn] ??= { dims: index.map(s => sizeOf(m.layout.inst, s)), table: m.layout.inst.tables.get(name) });
const sizeIn = (m: Setting, sort: number): number => (m.sizes[sort] ??= sizeOf(m.layout.inst, sorts[sort]));

const placeIndex = (at: readonly Value[], dims: (m: Setting) => readonly number[]): Value => {
  const [a, b] = at;
  if (a !== undefined && at.length === 1) return a;
  if (a !== undefined && b !== undefined && at.length === 2) return m => a(m) * dims(m)[1] + b(m);
  return m => {
    const d = dims(m);
    let ix = 0;
    for (let i = 0; i < at.length; i++) ix = ix * d[i] + at[i](m);
    return ix;
  };
};

const make = (t: Term): Value => {
  switch (t.op) {
    case 'lit': {
      // Distinguished elements come first in every finite size, so the number is the same in all of them.
      const v = t.sort.values.indexOf(t.value);
      return () => v;
    }
    case 'var': {
      const n = variableNumber(t.name);
      return m => m.env[n];
    }
    case 'read': {
      const name = t.cell.cell;
      const cell = cellNumber(name);
      const ix = placeIndex(t.at.map(valueOf), m => placeOf(m, cell, name).dims);
      return m => {
        const x = placeOf(m, cell, name).table[ix(m)];
        return x < 0 ? -1 - x : m.state[x];
      };
    }
    case 'world': {
      const { fn, index } = t.fn;
      const n = factNumber(fn);
      const ix = placeIndex(t.at.map(valueOf), m => factOf(m, n, fn, index).dims);
      return m => factOf(m, n, fn, index).table?.[ix(m)] ?? 0;
    }
    case 'eq': {
      const a = valueOf(t.args[0]);
      const b = valueOf(t.args[1]);
      return m => (a(m) === b(m) ? 1 : 0);
    }
    case 'not': {
      const a = valueOf(t.args[0]);
      return m => 1 - a(m);
    }
    case 'and': {
      const args = t.args.map(valueOf);
      return m => {
        for (const a of args) if (a(m) === 0) return 0;
        return 1;
      };
    }
    case 'or': {
      const args = t.args.map(valueOf);
      return m => {
        for (const a of args) if (a(m) === 1) return 1;
        return 0;
      };
    }
    case 'ite': {
      const p = valueOf(t.args[0]);
      const yes = valueOf(t.args[1]);
      const no = valueOf(t.args[2]);
      return m => (p(m) === 1 ? yes(m) : no(m));
    }
    case 'forall':
    case 'exists': {
      const n = variableNumber(t.over.name);
      const sort = sizeNumber(t.over.sort);
      const body = valueOf(t.body);
      const stop = t.op === 'forall' ? 0 : 1;
      return m => {
        const size = sizeIn(m, sort);
        for (let v = 0; v < size; v++) {
          m.env[n] = v;
          if (body(m) === stop) return stop;
        }
        return 1 - stop;
      };
    }
    case 'called':
      return valueOf(t.of);
  }
};
const values = new WeakMap<Term, Value>();
const valueOf = (t: Term): Value => {
  let v = values.get(t);
  if (v === undefined) values.set(t, (v = make(t)));
  return v;
};

/** Writes to the next state what the assignment gives; reads from the old one. */
type Effect = (m: Setting, next: Int32Array) => void;
const effectOf = (a: Assign): Effect => {
  const name = a.target.cell.cell;
  const cell = cellNumber(name);
  const at = a.target.at.map(valueOf);
  const value = valueOf(a.value);
  const own = a.vars.map(v => a.target.at.findIndex(t => t.op === 'var' && t.name === v.name));
  const ix = placeIndex(at, m => placeOf(m, cell, name).dims);
  const write: Effect = (m, next) => {
    const x = placeOf(m, cell, name).table[ix(m)];
    if (x >= 0) next[x] = value(m);
  };
  if (a.vars.length === 0) return write;
  const numbers = a.vars.map(v => variableNumber(v.name));
  if (own.some(d => d < 0)) {
    const sizes = a.vars.map(v => sizeNumber(v.sort));
    const spread = (m: Setting, next: Int32Array, i: number): void => {
      if (i === numbers.length) {
        write(m, next);
        return;
      }
      const size = sizeIn(m, sizes[i]);
      for (let v = 0; v < size; v++) {
        m.env[numbers[i]] = v;
        spread(m, next, i + 1);
      }
    };
    return (m, next) => {
      spread(m, next, 0);
    };
  }
  // Every variable is an index itself: only the places at which the cell exists need a visit.
  const rest = at.flatMap((v, d) => (own.includes(d) ? [] : [{ d, v }]));
  return (m, next) => {
    for (const x of placeOf(m, cell, name).vars) {
      const where = m.layout.vars[x].at;
      for (let i = 0; i < own.length; i++) m.env[numbers[i]] = where[own[i]];
      if (rest.every(r => r.v(m) === where[r.d])) next[x] = value(m);
    }
  };
};

interface DirectRule {
  readonly choices: readonly { readonly name: string; readonly number: number; readonly sort: number }[];
  readonly where: Value;
  readonly guards: readonly Value[];
  readonly capacity: readonly { readonly of: string; readonly holds: Value }[];
  readonly effects: readonly Effect[];
}
const rules = new WeakMap<Rule, DirectRule>();
const ruleOf = (r: Rule): DirectRule => {
  let d = rules.get(r);
  if (d === undefined)
    rules.set(
      r,
      (d = {
        choices: r.choices.map(c => ({
          name: c.of.name,
          number: variableNumber(c.of.name),
          sort: sizeNumber(c.of.sort),
        })),
        where: valueOf(r.where),
        guards: r.guards.map(g => valueOf(g.holds)),
        capacity: r.capacity.map(c => ({ of: c.of, holds: valueOf(c.holds) })),
        effects: r.effects.map(effectOf),
      }),
    );
  return d;
};

/** Evaluates over states of one layout. */
export const direct = (layout: Layout): Direct => {
  const m = settingOf(layout);
  const set = (env: Env, state: Int32Array): void => {
    m.state = state;
    for (const [name, v] of env) m.env[variableNumber(name)] = v;
  };
  const isPossible = (r: DirectRule, i: number, limit: (choice: string) => readonly number[] | undefined): boolean => {
    const c = r.choices[i];
    if (c === undefined) return r.where(m) === 1;
    const some = limit(c.name);
    const n = some?.length ?? sizeIn(m, c.sort);
    for (let k = 0; k < n; k++) {
      m.env[c.number] = some?.[k] ?? k;
      if (isPossible(r, i + 1, limit)) return true;
    }
    return false;
  };
  return {
    value: (t, env, state) => {
      set(env, state);
      return valueOf(t)(m);
    },
    take: (rule, env, state, limit) => {
      set(env, state);
      const r = ruleOf(rule);
      if (!isPossible(r, 0, limit)) return { kind: 'impossible' };
      for (let k = 0; k < r.guards.length; k++)
        if (r.guards[k](m) === 0)
          return {
            kind: 'fails',
            guard: k,
            env: new Map([...env, ...r.choices.map(c => [c.name, m.env[c.number]] as const)]),
          };
      for (const c of r.capacity) if (c.holds(m) === 0) return { kind: 'full', of: c.of };
      const next = new Int32Array(state.length);
      next.set(state);
      for (const e of r.effects) e(m, next);
      return { kind: 'on', next };
    },
  };
};

/** Variables that stand for the indices of a cell. */
const indexName = (d: number): string => `at${String(d)}`;
const domains = new WeakMap<Cell, Value>();
const domainOf = (cell: Cell, domain: NonNullable<Cell['domain']>): Value => {
  let d = domains.get(cell);
  if (d === undefined)
    domains.set(cell, (d = valueOf(domain(...cell.index.map((sort, i) => variable(indexName(i), sort))))));
  return d;
};

/** Where cells exist: evaluates their domains, which may only speak of the world. */
export const domainTest = (inst: Instance): ((cell: Cell, at: readonly number[]) => boolean) => {
  const world = settingOf({ inst, cells: new Map(), vars: [] });
  return (cell, at) => {
    if (cell.domain === undefined) return true;
    for (let d = 0; d < at.length; d++) world.env[variableNumber(indexName(d))] = at[d];
    return domainOf(cell, cell.domain)(world) === 1;
  };
};
