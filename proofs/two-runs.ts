/** Two paths of one program side by side: what a rule asks and does when each of them takes it, with choices of its own. */
import type { Rule } from '../model/rule.js';
import { cur, old } from '../model/rules/states-equal.js';
import type { Assign, Formula, Read, Term, Var } from '../model/term.js';
import { FALSE, eq, variable } from '../model/term.js';
import { run } from '../model/verifier-state.js';
import { Run, worldFns } from '../model/world.js';
import { after, mapParts, substitute } from '../encodings/unbounded/after.js';
import { simplify } from '../encodings/unbounded/simplify.js';
import { all } from './invariant/conjunct.js';

export interface Named {
  readonly name: string;
  readonly holds: Formula;
}

/** A rule as one of the runs takes it. */
export interface Taken {
  /** What it chooses, named by the run: `fresh.old`. */
  readonly choices: readonly Var[];
  readonly where: Formula;
  readonly guards: readonly Named[];
  readonly bounds: readonly Named[];
  readonly effects: readonly Assign[];
}

/** The formula said of one of the runs. */
export const saidOf = (f: Formula, who: Var): Formula => substitute(f, new Map([[run.name, who]])) as Formula;

export const takenBy = (r: Rule, who: Var): Taken => {
  const own = r.choices.map(c => ({ of: c.of, as: variable(`${c.of.name}.${who.name}`, c.of.sort) }));
  const by = new Map<string, Term>([[run.name, who], ...own.map(c => [c.of.name, c.as] as const)]);
  const go = (f: Formula): Formula => substitute(f, by) as Formula;
  return {
    choices: own.map(c => c.as),
    where: go(r.where),
    guards: r.guards.map(g => ({ name: g.name, holds: go(g.holds) })),
    bounds: r.capacity.map((c, i) => ({ name: `bound-${String(i)}`, holds: go(c.holds) })),
    effects: r.effects.map(a => ({
      target: substitute(a.target, by) as Read,
      vars: a.vars,
      value: substitute(a.value, by),
    })),
  };
};

const apart = (t: Term): Term => {
  if (t.op === 'eq') {
    const names = t.args.map(a => (a.op === 'var' ? a.name : ''));
    if (names.includes(old.name) && names.includes(cur.name)) return FALSE;
  }
  return mapParts(t, apart);
};
/** An equal formula without constant parts, where the two runs are not one: they write different rows of every cell. */
export const ofTwo = (f: Formula): Formula => simplify(apart(f)) as Formula;

/** What the formula means after both runs have taken their steps. */
export const afterBoth = (o: Taken, c: Taken, f: Formula): Formula => after([...o.effects, ...c.effects], f) as Formula;

/** What depends on who runs is the same for two paths of one program. */
export const sameProgram: readonly Named[] = worldFns.flatMap(f => {
  if (!f.index.includes(Run)) return [];
  const at = (who: Term, others: readonly Term[]): Term => {
    const rest = [...others];
    return f(...f.index.map(s => (s === Run ? who : (rest.shift() ?? who))));
  };
  const others = f.index.filter(s => s !== Run);
  return [{ name: f.fn, holds: all(others, (...xs) => eq(at(old, xs), at(cur, xs))) }];
});
