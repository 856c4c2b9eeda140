/** Obligations: closed questions whose `unsat` answers together make a claim. */
import type { Step } from '../encodings/unbounded/steps.js';
import { after, cellsIn, cellsOf } from '../encodings/unbounded/after.js';
import { effectsId, termId } from '../encodings/rule-key.js';
import { simplify } from '../encodings/unbounded/simplify.js';
import type { Assertion } from '../encodings/unbounded/smtlib.js';
import type { Cell, Formula } from '../model/term.js';
import { and, eq, not, or } from '../model/term.js';
import { initialEntries } from './facts.js';
import type { Conjunct } from './invariant/conjunct.js';
import { all, conjunct } from './invariant/conjunct.js';

const slug = (name: string): string => name.replaceAll(/[^A-Za-z0-9.-]/g, '_');
const simple = new WeakMap<Formula, Formula>();
const simplified = (f: Formula): Formula => {
  let s = simple.get(f);
  if (s === undefined) simple.set(f, (s = simplify(f) as Formula));
  return s;
};
/** The clauses that say something, each with a name of its own. */
export const positive = (prefix: string, cs: readonly { name: string; holds: Formula }[]): Assertion[] =>
  cs.flatMap(c => {
    const formula = simplified(c.holds);
    return formula.op === 'lit' && formula.value === 'true' ? [] : [{ name: `${prefix}.${slug(c.name)}`, formula }];
  });

/** The cells that a step writes. */
export const written = (s: Step): Set<string> => new Set(s.effects.map(a => a.target.cell.cell));
const speaksOf = new WeakMap<Formula, ReadonlySet<string>>();
/** The conjunct speaks of nothing that the step writes. */
export const isPreservedByFootprint = (s: Step, c: Conjunct): boolean => {
  const w = written(s);
  let cells = speaksOf.get(c.holds);
  if (cells === undefined) speaksOf.set(c.holds, (cells = cellsOf(c.holds)));
  return ![...cells].some(x => w.has(x));
};

/** Facts and invariant, as assertions. */
export const invariantOf = (facts: readonly Conjunct[], invariant: readonly Conjunct[]): Assertion[] => [
  ...positive('fact', facts),
  ...positive('inv', invariant),
];

/** What may be assumed when a step is taken: facts, invariant, the step's own conditions, and that it breaks nothing. */
export const assumptions = (
  s: Step,
  facts: readonly Conjunct[],
  invariant: readonly Conjunct[],
  calm: boolean,
): Assertion[] => [
  ...invariantOf(facts, invariant),
  ...positive('step', s.enabled),
  ...(calm
    ? positive(
        'calm',
        s.bads.map((b, i) => ({ name: `${b.property}.${String(i)}`, holds: not(b.when) })),
      )
    : []),
];

/** Unsat iff the step preserves the conjunct. */
export const preserved = (s: Step, c: Conjunct): Assertion => {
  // Designs have most rules and conjuncts in common: what they make of each other is worked out once.
  const key = `${String(effectsId(s.effects))} ${String(termId(c.holds))}`;
  let formula = goals.get(key);
  if (formula === undefined) goals.set(key, (formula = simplify(not(after(s.effects, c.holds) as Formula)) as Formula));
  return { name: 'goal', formula };
};
const goals = new Map<string, Formula>();

/** Unsat iff the step cannot do a bad thing that breaks the property. */
export const excluded = (s: Step, property: string): Assertion | undefined => {
  // The first bad thing that is true is the one that happens.
  const first = s.bads.flatMap((b, i) =>
    b.property === property ? [and(b.when, ...s.bads.slice(0, i).map(x => not(x.when)))] : [],
  );
  return first.length === 0 ? undefined : { name: 'goal', formula: simplify(or(...first)) as Formula };
};

/** Unsat iff the conjunct holds before anything runs. */
export const initially = (c: Conjunct, facts: readonly Conjunct[]): { assumptions: Assertion[]; goal: Assertion } => ({
  assumptions: [
    ...positive('fact', facts),
    ...positive('initial', [...initialEntries, ...initialCells(cellsIn(c.holds))]),
  ],
  goal: { name: 'goal', formula: simplify(not(c.holds)) as Formula },
});

/** Every cell has its first value, except what a system fills: which map holds what. Operands have none before an event. */
const initialCells = (cells: ReadonlyMap<string, Cell>): Conjunct[] =>
  [...cells.values()]
    .filter(c => c.cell !== 'entry' && c.init !== '')
    .map(c =>
      conjunct(
        c.cell,
        'The cell has its first value.',
        all(c.index, (...at) => eq(c(...at), c.init)),
      ),
    );
