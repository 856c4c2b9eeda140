/**
 * Terms as functions of a finite state, written for this checker alone: it shares no code with the engines, so that a mistake in how
 * they read terms shows as a disagreement.
 */
import type { Cell, Formula, Term, Var } from '../model/term.js';
import { ModelBug } from '../model/term.js';
import type { Universe } from './universe.js';
import { placesIn, sizeIn, valueIn } from './universe.js';

/** A state: one row-major table a cell. */
export type Tables = readonly Int32Array[];
/** The value of a term; `env` has the values of its variables. Truth is 1. */
export type Value = (s: Tables, env: Int32Array) => number;
/** Where the values of variables are, by name. */
export type Scope = ReadonlyMap<string, number>;
/** Calls `visit` for all values of variables that meet the conditions, until it returns true; so does this then. */
export type Search = (s: Tables, env: Int32Array, visit: () => boolean) => boolean;

/** Variables that are bound at once, one inside the other; more than any rule has. */
export const ROOM = 64;

const partsOf = (t: Term): readonly Term[] => {
  switch (t.op) {
    case 'lit':
    case 'var':
      return [];
    case 'read':
    case 'world':
      return t.at;
    case 'forall':
    case 'exists':
      return [t.body];
    case 'called':
      return [t.of];
    default:
      return t.args;
  }
};
/** The cells that a term reads, by name. */
export const cellsRead = (t: Term, into = new Map<string, Cell>()): Map<string, Cell> => {
  if (t.op === 'read') into.set(t.cell.cell, t.cell);
  for (const p of partsOf(t)) cellsRead(p, into);
  return into;
};
/** Names of variables; those of the model are bound once, so bound ones do no harm. */
const variablesIn = (t: Term, into = new Set<string>()): Set<string> => {
  if (t.op === 'var') into.add(t.name);
  for (const p of partsOf(t)) variablesIn(p, into);
  return into;
};

interface Condition {
  readonly of: Formula;
  /** Whether it is asked for, or its contrary. */
  readonly wanted: boolean;
}
/** Conditions that together are the same as the formula, or its contrary. */
const conditions = (f: Formula, wanted: boolean): Condition[] => {
  if (f.op === 'called') return conditions(f.of, wanted);
  if (f.op === 'not') return conditions(f.args[0], !wanted);
  if (f.op === (wanted ? 'and' : 'or')) return f.args.flatMap(a => conditions(a, wanted));
  return [{ of: f, wanted }];
};

/** Room for more variables inside a scope. */
export const scopeWith = (scope: Scope, vars: readonly Var[]): Scope => {
  const inner = new Map(scope);
  let next = 1 + Math.max(-1, ...scope.values());
  for (const v of vars) inner.set(v.name, next++);
  if (next > ROOM) throw new ModelBug('too many variables at once');
  return inner;
};

export const evaluator = (u: Universe, cellNumber: (cell: string) => number) => {
  const facts = new Map<string, ArrayLike<number>>();
  const placeOf = (index: Cell['index'], at: readonly Term[], scope: Scope): Value => {
    const parts = at.map(a => value(a, scope));
    const sizes = index.map(s => sizeIn(u, s));
    const [only] = parts;
    if (only !== undefined && parts.length === 1) return only;
    return (s, env) => {
      let place = 0;
      for (let d = 0; d < parts.length; d++) place = place * (sizes[d] ?? 1) + parts[d](s, env);
      return place;
    };
  };
  const searchFor = (vars: readonly Var[], list: readonly Condition[], scope: Scope): Search => {
    const inner = scopeWith(scope, vars);
    const numbers = vars.map(v => inner.get(v.name) ?? 0);
    const sizes = vars.map(v => sizeIn(u, v.sort));
    // Each condition is asked as soon as its variables have values.
    const asked: { readonly of: Value; readonly is: number }[][] = Array.from({ length: vars.length + 1 }, () => []);
    for (const c of list) {
      const names = variablesIn(c.of);
      const depth = vars.reduce((d, v, i) => (names.has(v.name) ? i + 1 : d), 0);
      asked[depth]?.push({ of: value(c.of, inner), is: c.wanted ? 1 : 0 });
    }
    const go = (d: number, s: Tables, env: Int32Array, visit: () => boolean): boolean => {
      for (const c of asked[d] ?? []) if (c.of(s, env) !== c.is) return false;
      if (d === vars.length) return visit();
      const n = numbers[d] ?? 0;
      for (let v = 0; v < (sizes[d] ?? 0); v++) {
        env[n] = v;
        if (go(d + 1, s, env, visit)) return true;
      }
      return false;
    };
    return (s, env, visit) => go(0, s, env, visit);
  };
  const found = (): boolean => true;
  const value = (t: Term, scope: Scope): Value => {
    switch (t.op) {
      case 'lit': {
        const v = valueIn(u, t.sort, t.value);
        return () => v;
      }
      case 'var': {
        const n = scope.get(t.name);
        if (n === undefined) throw new ModelBug(`the checker was given no value of '${t.name}'`);
        return (_s, env) => env[n] ?? 0;
      }
      case 'read': {
        const n = cellNumber(t.cell.cell);
        const place = placeOf(t.cell.index, t.at, scope);
        return (s, env) => s[n][place(s, env)];
      }
      case 'world': {
        const { fn } = t;
        const table = facts.get(fn.fn) ?? u.tables.get(fn.fn) ?? new Int32Array(placesIn(u, fn.index));
        facts.set(fn.fn, table);
        const place = placeOf(fn.index, t.at, scope);
        return (s, env) => table[place(s, env)];
      }
      case 'eq': {
        const [a, b] = [value(t.args[0], scope), value(t.args[1], scope)];
        return (s, env) => (a(s, env) === b(s, env) ? 1 : 0);
      }
      case 'not': {
        const a = value(t.args[0], scope);
        return (s, env) => 1 - a(s, env);
      }
      case 'and':
      case 'or': {
        const args = t.args.map(a => value(a, scope));
        const stop = t.op === 'and' ? 0 : 1;
        return (s, env) => {
          for (const a of args) if (a(s, env) === stop) return stop;
          return 1 - stop;
        };
      }
      case 'ite': {
        const [p, x, y] = t.args.map(a => value(a, scope)) as [Value, Value, Value];
        return (s, env) => (p(s, env) === 1 ? x(s, env) : y(s, env));
      }
      case 'forall':
      case 'exists': {
        const vars: Var[] = [];
        let body: Term = t;
        while (body.op === t.op) {
          vars.push(body.over);
          body = body.body;
        }
        const isExists = t.op === 'exists';
        const some = searchFor(vars, conditions(body as Formula, isExists), scope);
        // For all: there is none of which the contrary is true.
        return (s, env) => (some(s, env, found) === isExists ? 1 : 0);
      }
      case 'called':
        return value(t.of, scope);
    }
  };
  const search = (vars: readonly Var[], holds: readonly Formula[], scope: Scope): Search =>
    searchFor(
      vars,
      holds.flatMap(f => conditions(f, true)),
      scope,
    );
  return { value, search, placeOf };
};
