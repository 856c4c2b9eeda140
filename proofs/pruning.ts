/**
 * Pruning loses nothing: a state that is skipped can do only what the explored state, its witness, could do.
 *
 * Two runs are two paths of one program that have come to the same instruction: `old` was explored, `cur` may be skipped. If
 * the rule that compares them holds, every event that `cur` can meet `old` could meet too; what was accepted there is accepted
 * here; and afterwards the rule holds again. This is shown for every rule of a design, and any number of slots and ids.
 */
import { baselineOf } from '../model/baseline.js';
import { isHypothetical, isOfUser } from '../model/any-program.js';
import type { Design } from '../model/design.js';
import type { Rule } from '../model/rule.js';
import { rule } from '../model/rule.js';
import type { Rules } from '../model/rules/index.js';
import { cur, old, statesEqual } from '../model/rules/states-equal.js';
import type { Assign, Formula, Read, Term, Var } from '../model/term.js';
import { FALSE, TRUE, and, each, eq, exists, ne, not, set, variable } from '../model/term.js';
import { heldId, heldKind, may, put, run, unused } from '../model/verifier-state.js';
import { Class, Id, Run, Scalar, Slot, worldFns } from '../model/world.js';
import { after, cellsOf, mapParts, substitute } from '../encodings/unbounded/after.js';
import { simplify } from '../encodings/unbounded/simplify.js';
import type { Assertion } from '../encodings/unbounded/smtlib.js';
import type { Conjunct } from './invariant/conjunct.js';
import { all } from './invariant/conjunct.js';
import { positive } from './obligations.js';
import type { Prover, Query, Verdict } from './prover.js';
import { SHOWN } from './prover.js';
import { closedUnder, noMapNoEntry, saidOf, wellFormed } from './well-formed.js';

/** What is to be shown of one rule: `simulated:RULE:branch`, `simulated:RULE:guards`, `simulated:RULE:states`. */
export interface Simulated {
  readonly name: string;
  /** Proved iff all of its parts are; the core is what they used together. */
  readonly verdict: Verdict;
  /** The guards, or the clauses of the comparison, that are not proved. */
  readonly open: readonly string[];
}

export interface PruningProof {
  readonly design: Design;
  readonly obligations: readonly Simulated[];
  /** What is assumed of each of the two states: true of the first state and kept by every rule. */
  readonly closed: readonly Conjunct[];
  readonly dropped: readonly { readonly conjunct: Conjunct; readonly at: string }[];
  /** Two states are equal though their ids differ: what is assumed can hold. */
  readonly witnessed: boolean;
}

interface Named {
  readonly name: string;
  readonly holds: Formula;
}

/** The conjuncts of a formula, named by their words. */
const clausesOf = (f: Formula): Named[] => {
  const parts = f.op === 'and' ? f.args : [f];
  return parts.map((p, i) => ({ name: p.op === 'called' ? p.words.replaceAll(' ', '-') : String(i), holds: p }));
};

/** The rule as one of the runs takes it; what it chooses is named by that run. */
interface Taken {
  readonly choices: readonly Var[];
  readonly where: Formula;
  readonly guards: readonly Named[];
  readonly bounds: readonly Named[];
  readonly effects: readonly Assign[];
}
const takenBy = (r: Rule, who: Var): Taken => {
  const choices = r.choices.map(c => variable(`${c.of.name}.${who.name}`, c.of.sort));
  const by = new Map<string, Term>([[run.name, who]]);
  r.choices.forEach((c, i) => by.set(c.of.name, choices[i] ?? c.of));
  const go = (f: Formula): Formula => substitute(f, by) as Formula;
  return {
    choices,
    where: go(r.where),
    guards: r.guards.map(g => ({ name: g.name, holds: go(g.holds) })),
    bounds: r.capacity.map((c, i) => ({ name: String(i), holds: go(c.holds) })),
    effects: r.effects.map(a => ({
      target: substitute(a.target, by) as Read,
      vars: a.vars,
      value: substitute(a.value, by),
    })),
  };
};

/** Two states hold a lock each, under different ids. */
const differ: Formula = and(
  eq(heldKind(old, 'd0'), 'spin'),
  eq(heldKind(cur, 'd0'), 'spin'),
  ne(heldId(old, 'd0'), 'zero'),
  ne(heldId(old, 'd0'), heldId(cur, 'd0')),
);

/** The two runs are not one. */
const apart = (t: Term): Term => {
  if (t.op === 'eq') {
    const names = t.args.map(a => (a.op === 'var' ? a.name : ''));
    if (names.includes(old.name) && names.includes(cur.name)) return FALSE;
  }
  return mapParts(t, apart);
};
const clean = (f: Formula): Formula => simplify(apart(f)) as Formula;
const negated = (f: Formula): Assertion => ({ name: 'goal', formula: clean(not(f)) });

/** What depends on who runs is the same for two paths of one program. */
const sameProgram: readonly Named[] = worldFns.flatMap(f => {
  if (!f.index.includes(Run)) return [];
  const rest = f.index.filter(s => s !== Run);
  const at = (who: Term, others: readonly Term[]): Term => {
    let next = 0;
    return f(...f.index.map(s => (s === Run ? who : (others[next++] ?? who))));
  };
  return [{ name: f.fn, holds: all(rest, (...xs) => eq(at(old, xs), at(cur, xs))) }];
});

/** A variable that nobody reads any more is forgotten, on both sides. */
const forget: readonly Rule[] = [
  rule('forget_pointer', 'A variable is forgotten.', {
    params: [variable('slot', Slot)],
    effects: put(variable('slot', Slot), {}),
  }),
  rule('forget_scalar', 'A scalar is forgotten.', {
    params: [variable('scalar', Scalar)],
    effects: each(Class, c => [set(may(run, variable('scalar', Scalar), c), 'true')]),
  }),
];

/** The verifier rules that a program can meet under a design. */
const rulesMet = (design: Design, rules: Rules): Rule[] => [
  ...[...rules.values()]
    .filter(e => !isOfUser(e.event) && !isHypothetical(e.event) && !baselineOf[design.baseline].missing.has(e.event))
    .map(e => e.verifier),
  ...forget,
];

const joined = (name: string, parts: readonly { readonly part: string; readonly verdict: Verdict }[]): Simulated => {
  const open = parts.filter(p => p.verdict.outcome !== 'proved');
  return {
    name,
    open: open.map(p => p.part),
    verdict:
      open[0] === undefined
        ? { outcome: 'proved', core: [...new Set(parts.flatMap(p => p.verdict.core))].sort() }
        : open[0].verdict,
  };
};

export const provePruning = async (
  design: Design,
  rules: Rules,
  prover: Prover,
  options: {
    /** The comparison; that of the model unless given. */
    readonly statesEqual?: Formula;
    /** Only these rules; all that the design has unless given. What is assumed is shown for all in either case. */
    readonly only?: readonly string[];
  } = {},
): Promise<PruningProof> => {
  const met = rulesMet(design, rules);
  const clauses = clausesOf(options.statesEqual ?? statesEqual());
  const { closed, dropped } = await closedUnder(met, wellFormed, prover);
  const base: readonly Assertion[] = [
    ...positive('world', [noMapNoEntry]),
    ...positive('same-program', sameProgram),
    ...[old, cur].flatMap(r =>
      positive(
        `well-formed-${r.name}`,
        closed.map(c => saidOf(c, r)),
      ),
    ),
    ...positive('equal', clauses),
  ];
  const ask = async (part: string, q: Query): Promise<{ part: string; verdict: Verdict }> => ({
    part,
    verdict: await prover.ask(q),
  });
  const simulate = async (r: Rule): Promise<Simulated[]> => {
    const [o, c] = [takenBy(r, old), takenBy(r, cur)];
    const curTakes = positive('cur', [{ name: 'where', holds: c.where }]);
    const ids = o.choices.filter(x => x.sort === (Id as Var['sort']));
    const others = o.choices.filter(x => x.sort !== (Id as Var['sort']));
    const fresh = ids.map((x, i) => ({
      name: String(i),
      holds: substitute(unused(x), new Map([[run.name, old]])) as Formula,
    }));
    const oldMay = others.reduce(
      (f, x): Formula => exists(x.sort, y => substitute(f, new Map([[x.name, y]])) as Formula),
      o.where,
    );
    const both = [
      ...base,
      ...positive('old', [{ name: 'where', holds: o.where }]),
      ...curTakes,
      ...positive('old-guard', o.guards),
      ...positive('old-bound', o.bounds),
    ];
    const effects = [...o.effects, ...c.effects];
    const written = new Set(effects.map(a => a.target.cell.cell));
    const taken = [...both, ...positive('cur-guard', c.guards), ...positive('cur-bound', c.bounds)];
    const [branch, guards, states] = await Promise.all([
      clean(oldMay) === TRUE
        ? []
        : Promise.all([
            ask('where', {
              assumptions: [...base, ...curTakes, ...positive('fresh', fresh)],
              goal: negated(oldMay),
            }),
          ]),
      Promise.all([...c.guards, ...c.bounds].map(g => ask(g.name, { assumptions: both, goal: negated(g.holds) }))),
      Promise.all(
        clauses
          .filter(x => [...cellsOf(x.holds)].some(y => written.has(y)))
          .map(x => ask(x.name, { assumptions: taken, goal: negated(after(effects, x.holds) as Formula) })),
      ),
    ]);
    return [
      joined(`simulated:${r.name}:branch`, branch),
      joined(`simulated:${r.name}:guards`, guards),
      joined(`simulated:${r.name}:states`, states),
    ];
  };
  const { only } = options;
  const obligations = await Promise.all(met.filter(r => only?.includes(r.name) ?? true).map(simulate));
  const w = await prover.ask({ assumptions: base, goal: { name: 'goal', formula: differ } });
  return {
    design,
    obligations: obligations.flat(),
    closed,
    dropped,
    witnessed: w.reason === SHOWN,
  };
};
