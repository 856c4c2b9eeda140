/**
 * The largest part of a design's invariant that is closed: true at first, and kept by every step that it allows (Houdini). Claims
 * are proved from it or not at all.
 */
import type { Design } from '../model/design.js';
import type { Rules } from '../model/rules/index.js';
import type { PropertyId } from '../model/properties.js';
import { propertyIds } from '../model/properties.js';
import type { Step } from '../encodings/unbounded/steps.js';
import { stepsOf } from '../encodings/unbounded/steps.js';
import { factsOf } from './facts.js';
import type { Conjunct } from './invariant/conjunct.js';
import { conjunctsOf } from './invariant/index.js';
import { assumptions, excluded, initially, isPreservedByFootprint, preserved } from './obligations.js';
import type { Prover, Verdict } from './prover.js';

export interface Obligation {
  /** `preserved-by:STEP` of a conjunct, `initially` of one, or `implies-property:STEP` of a property. */
  readonly name: string;
  readonly verdict: Verdict;
}

export interface Induction {
  readonly design: Design;
  readonly steps: readonly Step[];
  readonly closed: readonly Conjunct[];
  /** What is not closed, with the step that breaks it. */
  readonly dropped: readonly {
    readonly conjunct: Conjunct;
    readonly at: string;
    readonly reason: string;
    readonly round: number;
  }[];
  /** Obligations of a conjunct, by its name. */
  readonly of: ReadonlyMap<string, readonly Obligation[]>;
  /** Obligations of a property: one for each step that could break it. */
  readonly properties: ReadonlyMap<PropertyId, readonly Obligation[]>;
  /** Pairs of a conjunct and a step that does not write what it speaks of. */
  readonly footprint: number;
}

export interface InductionOptions {
  /** Conjuncts that are left out from the start: those that earlier were found not to be closed. */
  readonly without?: ReadonlySet<string>;
  /** Properties that are known to break: nothing is asked of them. */
  readonly broken?: ReadonlySet<PropertyId>;
  /**
   * Only whether all properties are shown: questions are put one after the other, and the first obligation of a property that is
   * open ends the search. What would be dropped later could not close it.
   */
  readonly untilOpen?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
}

const isOpen = (o: Obligation): boolean => o.verdict.outcome !== 'proved';

export const induce = async (
  design: Design,
  rules: Rules,
  prover: Prover,
  { without, broken, untilOpen = false, onProgress }: InductionOptions = {},
): Promise<Induction> => {
  const steps = stepsOf(rules, design);
  const facts = factsOf(rules);
  let closed: readonly Conjunct[] = conjunctsOf(design).filter(c => without?.has(c.name) !== true);
  const dropped: { conjunct: Conjunct; at: string; reason: string; round: number }[] = [];
  const held = new Map<string, Map<string, Verdict>>();
  let footprint = 0;
  let done = 0;
  let total = 0;
  const tick = async (v: Promise<Verdict>): Promise<Verdict> => {
    total++;
    const answer = await v;
    onProgress?.(++done, total);
    return answer;
  };
  const kept = new Map<string, readonly Step[]>();
  for (const c of closed) {
    const touched = steps.filter(s => !isPreservedByFootprint(s, c));
    footprint += steps.length - touched.length;
    kept.set(c.name, touched);
  }
  /** What the conjuncts that are left show of the properties. */
  const shown = async (): Promise<Induction> => {
    const of = new Map(
      closed.map(c => [
        c.name,
        [...(held.get(c.name) ?? [])].map(([name, verdict]): Obligation => ({ name, verdict })),
      ]),
    );
    const properties = new Map<PropertyId, Obligation[]>();
    const asked = (s: Step): Promise<void>[] => {
      const assumed = assumptions(s, facts, closed, false);
      return propertyIds.map(async p => {
        const goal = broken?.has(p) === true ? undefined : excluded(s, p);
        if (goal === undefined) return;
        const verdict = await tick(prover.ask({ assumptions: assumed, goal }));
        const list = properties.get(p) ?? [];
        properties.set(p, [...list, { name: `implies-property:${s.name}`, verdict }]);
      });
    };
    if (!untilOpen) await Promise.all(steps.flatMap(asked));
    else for (const s of steps) if (![...properties.values()].flat().some(isOpen)) await Promise.all(asked(s));
    return { design, steps, closed, dropped, of, properties, footprint };
  };
  for (let round = 1; ; round++) {
    const now = closed;
    const alive = new Set(now.map(c => `inv.${c.name}`));
    const isCurrent = (v: Verdict | undefined): boolean =>
      v !== undefined && v.outcome === 'proved' && v.core.every(n => !n.startsWith('inv.') || alive.has(n));
    const perStep = new Map(steps.map(s => [s.name, assumptions(s, facts, now, true)]));
    const failed = new Map<string, { at: string; reason: string }>();
    const asked = (c: Conjunct): Promise<void>[] => {
      const mine = held.get(c.name) ?? new Map<string, Verdict>();
      held.set(c.name, mine);
      const check = async (at: string, ask: () => Promise<Verdict>): Promise<void> => {
        if (isCurrent(mine.get(at))) return;
        const v = await tick(ask());
        mine.set(at, v);
        if (v.outcome !== 'proved' && !failed.has(c.name)) failed.set(c.name, { at, reason: v.reason ?? '' });
      };
      return [
        check('initially', () => prover.ask(initially(c, facts))),
        ...(kept.get(c.name) ?? []).map(s =>
          check(`preserved-by:${s.name}`, () =>
            prover.ask({ assumptions: perStep.get(s.name) ?? [], goal: preserved(s, c) }),
          ),
        ),
      ];
    };
    if (!untilOpen) await Promise.all(now.flatMap(asked));
    else {
      const isNew = (c: Conjunct): boolean => !held.has(c.name);
      for (const c of [...now.filter(isNew), ...now.filter(x => !isNew(x))])
        if (failed.size === 0) await Promise.all(asked(c));
    }
    if (failed.size === 0) return shown();
    for (const c of now) {
      const f = failed.get(c.name);
      if (f !== undefined) dropped.push({ conjunct: c, round, ...f });
    }
    closed = now.filter(c => !failed.has(c.name));
    if (!untilOpen) continue;
    const left = await shown();
    if ([...left.properties.values()].flat().some(isOpen)) return left;
  }
};
