/**
 * Reads clauses and steps over a finite universe: which clauses a state breaks, and what each step that is possible in it makes of
 * it. Sees the rules as data; see evaluate.ts for why it has an evaluator of its own.
 */
import type { Assign, Cell, Formula, Var } from '../model/term.js';
import { ModelBug } from '../model/term.js';
import type { Scope, Search, Tables } from './evaluate.js';
import { ROOM, cellsRead, evaluator, scopeWith } from './evaluate.js';
import type { PlainState, Universe } from './universe.js';
import { elementsAt, firstValue, nameIn, placesIn, stateText } from './universe.js';

export interface Clause {
  readonly name: string;
  readonly holds: Formula;
}
/** A step of the system: possible where all of `enabled` holds, for any values of `vars`. */
export interface StepData {
  readonly name: string;
  readonly vars: readonly Var[];
  readonly enabled: readonly { readonly holds: Formula }[];
  readonly bads: readonly { readonly property: string; readonly when: Formula }[];
  readonly effects: readonly Assign[];
}
export interface System {
  readonly universe: Universe;
  readonly clauses: readonly Clause[];
  readonly steps: readonly StepData[];
  /** Cells that exist even if no clause and no step speaks of them. */
  readonly cells: readonly Cell[];
}

/** A step that was taken. */
export interface Taken {
  readonly step: string;
  /** `run = A, slot = s0`. */
  readonly operands: () => string;
  /** The property that it breaks; such a step leads nowhere. */
  readonly breaks: string | undefined;
  readonly to: Tables;
}

export interface Checker {
  readonly universe: Universe;
  readonly cells: readonly Cell[];
  readonly stepNames: readonly string[];
  readonly tables: (s: PlainState) => Tables;
  /** The places at which a cell exists. */
  readonly placesOf: (cell: number) => readonly number[];
  /** The first clause that is false: of all, or of those that speak of cells in which the states differ. */
  readonly broken: (s: Tables, before?: Tables) => string | undefined;
  /** All clauses that are false. */
  readonly allBroken: (s: Tables) => string[];
  /** Calls `visit` with every step that is possible, until it returns true. */
  readonly successors: (s: Tables, visit: (t: Taken) => boolean) => boolean;
  readonly text: (s: Tables) => string[];
}

type Effect = (s: Tables, env: Int32Array, to: Int32Array[]) => void;

export const checkerOf = (system: System): Checker => {
  const { universe: u } = system;
  const byName = new Map<string, Cell>(system.cells.map(c => [c.cell, c]));
  for (const c of system.clauses) cellsRead(c.holds, byName);
  for (const s of system.steps) {
    for (const f of [...s.enabled.map(e => e.holds), ...s.bads.map(b => b.when)]) cellsRead(f, byName);
    for (const a of s.effects) {
      cellsRead(a.target, byName);
      cellsRead(a.value, byName);
    }
  }
  const cells = [...byName.values()];
  const numbers = new Map(cells.map((c, i) => [c.cell, i]));
  const { value, search, placeOf } = evaluator(u, name => {
    const n = numbers.get(name);
    if (n === undefined) throw new ModelBug(`the checker has no cell '${name}'`);
    return n;
  });
  const env = new Int32Array(ROOM);

  /** Where cells exist. A domain speaks of the world alone. */
  const exists = cells.map((c): Uint8Array => {
    const n = placesIn(u, c.index);
    const mask = new Uint8Array(n).fill(1);
    if (c.domain === undefined) return mask;
    const vars = c.index.map((sort, i): Var => ({ op: 'var', sort, name: `place.${String(i)}` }));
    const scope = scopeWith(new Map(), vars);
    const holds = value(c.domain(...vars), scope);
    for (let p = 0; p < n; p++) {
      elementsAt(u, c.index, p).forEach((x, d) => (env[d] = x));
      mask[p] = holds([], env);
    }
    return mask;
  });
  const places = exists.map(mask => [...mask.keys()].filter(p => mask[p] === 1));

  /** One assignment: values are those before the step; where the cell does not exist nothing is written. */
  const effectOf = (a: Assign, outer: Scope): Effect => {
    const { cell, at } = a.target;
    const n = numbers.get(cell.cell) ?? 0;
    const scope = scopeWith(outer, a.vars);
    const placeIn = placeOf(cell.index, at, scope);
    const result = value(a.value, scope);
    const mask = exists[n];
    const write: Effect = (s, e, to) => {
      const place = placeIn(s, e);
      if (mask[place] !== 1) return;
      const v = result(s, e);
      if (to[n][place] === v) return;
      if (to[n] === s[n]) to[n] = Int32Array.from(s[n]);
      to[n][place] = v;
    };
    const own = a.vars.map(v => at.findIndex(x => x.op === 'var' && x.name === v.name));
    const isEvery = a.vars.length > 1 && own.every(d => d >= 0) && new Set(own).size === own.length;
    if (isEvery) {
      // Every variable is an index: only places where the cell exists matter.
      const here = (places[n] as readonly number[]).map(p => own.map(d => elementsAt(u, cell.index, p)[d] ?? 0));
      const wanted = [...new Map(here.map(x => [x.join(), x])).values()];
      const slots = a.vars.map(v => scope.get(v.name) ?? 0);
      return (s, e, to) => {
        for (const x of wanted) {
          for (let i = 0; i < slots.length; i++) e[slots[i]] = x[i];
          write(s, e, to);
        }
      };
    }
    const every: Search = search(a.vars, [], outer);
    return (s, e, to) => {
      every(s, e, () => {
        write(s, e, to);
        return false;
      });
    };
  };

  const clauses = system.clauses.map(c => ({
    name: c.name,
    holds: value(c.holds, new Map()),
    reads: [...cellsRead(c.holds).keys()].map(x => numbers.get(x) ?? 0),
  }));
  const steps = system.steps.map(step => {
    const scope = scopeWith(new Map(), step.vars);
    return {
      step,
      scope,
      possible: search(
        step.vars,
        step.enabled.map(e => e.holds),
        new Map(),
      ),
      bads: step.bads.map(b => ({ property: b.property, when: value(b.when, scope) })),
      effects: step.effects.map(a => effectOf(a, scope)),
    };
  });

  return {
    universe: u,
    cells,
    stepNames: system.steps.map(s => s.name),
    tables: plain =>
      cells.map(c => {
        const given = plain.get(c.cell);
        const n = placesIn(u, c.index);
        if (given !== undefined && given.length !== n)
          throw new ModelBug(`the table of ${c.cell} has ${String(given.length)} places, not ${String(n)}`);
        return given === undefined ? new Int32Array(n).fill(firstValue(u, c)) : Int32Array.from(given);
      }),
    placesOf: cell => places[cell] ?? [],
    broken: (s, before) =>
      clauses.find(c => (before === undefined || c.reads.some(n => before[n] !== s[n])) && c.holds(s, env) !== 1)?.name,
    allBroken: s => clauses.flatMap(c => (c.holds(s, env) === 1 ? [] : [c.name])),
    successors: (s, visit) =>
      steps.some(({ step, scope, possible, bads, effects }) =>
        possible(s, env, () => {
          const vars = step.vars.map(v => env[scope.get(v.name) ?? 0] ?? 0);
          const breaks = bads.find(b => b.when(s, env) === 1)?.property;
          const to = [...s];
          if (breaks === undefined) for (const e of effects) e(s, env, to);
          const stop = visit({
            step: step.name,
            operands: () => step.vars.map((v, i) => `${v.name} = ${nameIn(u, v.sort, vars[i] ?? 0)}`).join(', '),
            breaks,
            to,
          });
          // The clauses that `visit` evaluates use the same room for variables.
          step.vars.forEach((v, i) => (env[scope.get(v.name) ?? 0] = vars[i] ?? 0));
          return stop;
        }),
      ),
    text: s => stateText(u, cells, s),
  };
};
