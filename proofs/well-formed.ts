/** What every state of the verifier is like, whatever the program: true of the first state, and kept by every rule (Houdini). */
import type { Rule } from '../model/rule.js';
import type { Formula } from '../model/term.js';
import { TRUE, and, eq, exists, forall, implies, ne, not, variable } from '../model/term.js';
import { depths, heldKind, heldKnown, may, refHeld, run } from '../model/verifier-state.js';
import { Class, ClassSet, Scalar, inSet, knownEntry } from '../model/world.js';
import { after, cellsOf } from '../encodings/unbounded/after.js';
import { simplify } from '../encodings/unbounded/simplify.js';
import type { Obligation } from './induction.js';
import type { Conjunct } from './invariant/conjunct.js';
import { conjunct } from './invariant/conjunct.js';
import { initially, positive } from './obligations.js';
import type { Prover, Verdict } from './prover.js';

/** All that could be needed, of the state of `run`. Which of it is true is for the solver to say. */
export const wellFormed: readonly Conjunct[] = [
  conjunct('zero-is-no-reference', 'No reference is called zero.', not(refHeld(run, 'zero'))),
  conjunct(
    'held-address-known',
    'Where a design needs addresses, that of a held lock is known.',
    and(...depths.map(d => implies(ne(heldKind(run, d), 'none'), ne(heldKnown(run, d), 'null')))),
  ),
  conjunct(
    'some-value-possible',
    'A scalar may have some value.',
    forall(Scalar, x => exists(Class, c => eq(may(run, x, c), 'true'))),
  ),
];

/** What programs are like, as far as it matters here: by rule, of its operands. */
export const shapeOfOperands = (r: Rule): Formula =>
  r.name === 'set' ? exists(Class, c => eq(inSet(variable('to', ClassSet), c), 'true')) : TRUE;

export interface Closed {
  readonly closed: readonly Conjunct[];
  readonly dropped: readonly { readonly conjunct: Conjunct; readonly at: string }[];
  /** What shows that it is closed. */
  readonly obligations: readonly Obligation[];
}

/** The largest subset of the conjuncts that holds at first and that every rule keeps, assuming all of it before the rule. */
export const closedUnder = async (
  rules: readonly Rule[],
  candidates: readonly Conjunct[],
  prover: Prover,
): Promise<Closed> => {
  let closed = candidates;
  const dropped: { conjunct: Conjunct; at: string }[] = [];
  for (;;) {
    const now = closed;
    const obligations: Obligation[] = [];
    const brokenAt = async (c: Conjunct): Promise<string | undefined> => {
      const cells = cellsOf(c.holds);
      const checks: (readonly [string, Promise<Verdict>])[] = [
        ['initially', prover.ask(initially(c, []))],
        ...rules
          .filter(r => r.effects.some(a => cells.has(a.target.cell.cell)))
          .map(
            r =>
              [
                r.name,
                prover.ask({
                  assumptions: [
                    ...positive('well-formed', now),
                    ...positive('where', [
                      { name: 'rule', holds: r.where },
                      { name: 'operands', holds: shapeOfOperands(r) },
                    ]),
                    ...positive('guard', r.guards),
                    ...positive(
                      'bound',
                      r.capacity.map((x, i) => ({ name: String(i), holds: x.holds })),
                    ),
                  ],
                  goal: { name: 'goal', formula: simplify(not(after(r.effects, c.holds) as Formula)) as Formula },
                }),
              ] as const,
          ),
      ];
      for (const [at, v] of checks) {
        const verdict = await v;
        if (verdict.outcome !== 'proved') return at;
        obligations.push({ name: `well-formed:${c.name}:${at}`, verdict });
      }
      return undefined;
    };
    const at = await Promise.all(now.map(brokenAt));
    if (at.every(x => x === undefined)) return { closed, dropped, obligations };
    now.forEach((c, i) => {
      const where = at[i];
      if (where !== undefined) dropped.push({ conjunct: c, at: where });
    });
    closed = now.filter((_, i) => at[i] === undefined);
  }
};

/** The address of an element of no map is not known. */
export const noMapNoEntry: Conjunct = conjunct(
  'no-map-no-entry',
  'The address of an element of no map is not known.',
  forall(Class, c => eq(knownEntry('null', c), 'null')),
);
