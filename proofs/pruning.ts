/**
 * Pruning loses nothing: a state that is skipped can do only what the explored state, its witness, could do.
 *
 * `old` was explored, `cur` may be skipped. If the rule that compares them holds, every branch that `cur` can take `old` can take
 * too; what was accepted there is accepted here; and afterwards the rule holds again. This is shown for every rule of a design,
 * and any number of slots, ids, references, types and maps.
 */
import { isHypothetical, isOfUser } from '../model/any-program.js';
import { baselineOf } from '../model/baseline.js';
import type { Design } from '../model/design.js';
import type { Rule } from '../model/rule.js';
import { rule } from '../model/rule.js';
import type { Rules } from '../model/rules/index.js';
import { cur, old, statesEqual } from '../model/rules/states-equal.js';
import type { Formula, Sort, Var } from '../model/term.js';
import { TRUE, and, each, eq, exists, ne, not, set, variable } from '../model/term.js';
import { heldId, heldKind, may, put, run, unused } from '../model/verifier-state.js';
import { Class, Id, Scalar, Slot } from '../model/world.js';
import { cellsOf, substitute } from '../encodings/unbounded/after.js';
import type { Assertion } from '../encodings/unbounded/smtlib.js';
import type { Obligation } from './induction.js';
import type { Conjunct } from './invariant/conjunct.js';
import { positive } from './obligations.js';
import type { Prover, Verdict } from './prover.js';
import { SHOWN } from './prover.js';
import type { Named, Taken } from './two-runs.js';
import { afterBoth, ofTwo, saidOf, sameProgram, takenBy } from './two-runs.js';
import { closedUnder, noMapNoEntry, shapeOfOperands, wellFormed } from './well-formed.js';

/** What is to be shown of one rule. */
export interface Simulated {
  /** `simulated:RULE:branch`, `simulated:RULE:guards` or `simulated:RULE:states`. */
  readonly name: string;
  /** Proved iff all of its parts are; the core is what they used together. */
  readonly verdict: Verdict;
  /** How many parts it has: guards, or clauses of the comparison that speak of what the rule writes. */
  readonly parts: number;
  /** Those that are not proved. */
  readonly open: readonly string[];
}

export interface PruningProof {
  readonly design: Design;
  readonly obligations: readonly Simulated[];
  /** What may be assumed of each of the two states: true of the first state, and kept by every rule. */
  readonly closed: readonly Conjunct[];
  /** What shows that it may. */
  readonly wellFormed: readonly Obligation[];
  /** What is not closed, with the rule that breaks it. */
  readonly dropped: readonly { readonly conjunct: Conjunct; readonly at: string }[];
  /** Those of the closed ones that some obligation used. */
  readonly used: readonly Conjunct[];
  /** Rules that no two equal states are seen to take: what is shown of them says nothing. Those that a design refuses always. */
  readonly vacuous: readonly string[];
  /** All that is assumed can hold: of two states that are equal and hold a lock each, under different ids. */
  readonly witnessed: boolean;
}

/** The conjuncts of a comparison, named by their words. */
const clausesOf = (f: Formula): Named[] =>
  (f.op === 'and' ? f.args : [f]).map((p, i) => ({
    name: p.op === 'called' ? p.words.replaceAll(/[^a-z]+/g, '-') : String(i),
    holds: p,
  }));

/** Two states hold a lock each, under different ids. */
const differ: Formula = and(
  eq(heldKind(old, 'd0'), 'spin'),
  ne(heldId(old, 'd0'), 'zero'),
  ne(heldId(old, 'd0'), heldId(cur, 'd0')),
);

/** A variable that nobody reads any more is forgotten, on both sides: no event, but it happens to states between events. */
const forget: readonly Rule[] = [
  rule('forget_pointer', 'A variable is forgotten.', { effects: put(variable('slot', Slot), {}) }),
  rule('forget_scalar', 'A scalar is forgotten.', {
    effects: each(Class, c => [set(may(run, variable('scalar', Scalar), c), 'true')]),
  }),
];

/** The verifier rules that a program can meet under a design. */
const rulesMet = (design: Design, rules: Rules): Rule[] => {
  const { missing } = baselineOf[design.baseline];
  const events = [...rules.values()].filter(
    e => !isOfUser(e.event) && !isHypothetical(e.event) && !missing.has(e.event),
  );
  return [...events.map(e => e.verifier), ...forget];
};

/** Some choice of `old` makes its condition hold. An id that is not in use can always be chosen: ids do not run out. */
const canTake = (o: Taken): { readonly given: readonly Named[]; readonly holds: Formula } => {
  const isId = (x: Var): boolean => x.sort === (Id as Sort);
  return {
    given: o.choices.filter(isId).map(x => ({ name: x.name, holds: saidOf(unused(x), old) })),
    holds: o.choices
      .filter(x => !isId(x))
      .reduce(
        (f: Formula, x): Formula => exists(x.sort, y => substitute(f, new Map([[x.name, y]])) as Formula),
        o.where,
      ),
  };
};

type Part = readonly [string, Promise<Verdict>];
const joined = async (name: string, parts: readonly Part[]): Promise<Simulated> => {
  const answers = await Promise.all(parts.map(async ([part, v]) => ({ part, verdict: await v })));
  const open = answers.filter(a => a.verdict.outcome !== 'proved');
  const core = [...new Set(answers.flatMap(a => a.verdict.core))].sort();
  return {
    name,
    parts: parts.length,
    open: open.map(a => a.part),
    verdict: open[0]?.verdict ?? { outcome: 'proved', core, texts: answers.flatMap(a => a.verdict.text ?? []) },
  };
};

/** Shows for every rule of the design that the comparison is a simulation, or which guards and clauses stand against it. */
export const provePruning = async (
  design: Design,
  rules: Rules,
  prover: Prover,
  options: {
    /** The comparison; that of the model unless given. */
    readonly statesEqual?: Formula;
    /** Only these rules are asked; what is assumed is shown for all in either case. */
    readonly only?: readonly string[];
  } = {},
): Promise<PruningProof> => {
  const met = rulesMet(design, rules);
  const clauses = clausesOf(options.statesEqual ?? statesEqual());
  const { closed, dropped, obligations: kept } = await closedUnder(met, wellFormed, prover);
  const base: readonly Assertion[] = [
    ...positive('world', [noMapNoEntry]),
    ...positive('same-program', sameProgram),
    ...[old, cur].flatMap(who =>
      positive(
        `well-formed-${who.name}`,
        closed.map(c => ({ name: c.name, holds: saidOf(c.holds, who) })),
      ),
    ),
    ...positive('equal', clauses),
  ];
  const show = (assumptions: readonly Assertion[], holds: Formula): Promise<Verdict> =>
    prover.ask({ assumptions, goal: { name: 'goal', formula: ofTwo(not(holds)) } });

  const vacuous: string[] = [];
  const simulate = (r: Rule): { readonly shown: Promise<Simulated[]>; readonly witness: Promise<void> } => {
    const [o, c] = [takenBy(r, old), takenBy(r, cur)];
    const curTakes = [
      ...base,
      ...positive('shape', [{ name: 'operands', holds: shapeOfOperands(r) }]),
      ...positive('cur', [{ name: 'where', holds: c.where }]),
    ];
    const accepted = [
      ...curTakes,
      ...positive('old', [{ name: 'where', holds: o.where }]),
      ...positive('old-guard', o.guards),
      ...positive('old-bound', o.bounds),
    ];
    const both = [...accepted, ...positive('cur-guard', c.guards), ...positive('cur-bound', c.bounds)];
    const written = new Set(r.effects.map(a => a.target.cell.cell));
    const branch = canTake(o);
    const witness = async (): Promise<void> => {
      const v = await prover.ask({ assumptions: both, goal: { name: 'goal', formula: TRUE } });
      if (v.reason !== SHOWN) vacuous.push(r.name);
    };
    const shown = [
      ...(ofTwo(branch.holds) === TRUE
        ? []
        : [
            joined(`simulated:${r.name}:branch`, [
              ['where', show([...curTakes, ...positive('fresh', branch.given)], branch.holds)],
            ]),
          ]),
      joined(
        `simulated:${r.name}:guards`,
        [...c.guards, ...c.bounds].map(g => [g.name, show(accepted, g.holds)] as const),
      ),
      joined(
        `simulated:${r.name}:states`,
        clauses
          .filter(x => [...cellsOf(x.holds)].some(name => written.has(name)))
          .map(x => [x.name, show(both, afterBoth(o, c, x.holds))] as const),
      ),
    ];
    return { shown: Promise.all(shown), witness: witness() };
  };

  const { only } = options;
  const asked = met.filter(r => only?.includes(r.name) ?? true).map(simulate);
  const obligations = (await Promise.all(asked.map(a => a.shown))).flat();
  await Promise.all(asked.map(a => a.witness));
  const names = new Set(obligations.flatMap(x => x.verdict.core));
  const witness = await prover.ask({ assumptions: base, goal: { name: 'goal', formula: differ } });
  return {
    design,
    obligations,
    closed,
    wellFormed: kept,
    dropped,
    vacuous: vacuous.sort(),
    used: closed.filter(c => [old, cur].some(who => names.has(`well-formed-${who.name}.${c.name}`))),
    witnessed: witness.reason === SHOWN,
  };
};
