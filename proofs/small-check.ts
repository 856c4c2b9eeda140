/**
 * What the small checker says of a design's invariant on finite systems: it holds in every state that the explicit engine reaches in
 * the all-programs system, and steps keep it, in a sample of states in which it holds. A check of proofs, not a proof.
 */
import { createPlainWorld } from './small-world.js';
import type { Disagreement } from './small-sample.js';
import { sampleSteps } from './small-sample.js';
import type { Clause } from '../checker/checker.js';
import { checkerOf } from '../checker/checker.js';
import type { Tables } from '../checker/evaluate.js';
import type { PlainState } from '../checker/universe.js';
import type { Sizes } from '../encodings/all-programs.js';
import { lists } from '../encodings/themes/lists.js';
import { allPrograms } from '../encodings/all-programs.js';
import { explore } from '../encodings/explore.js';
import type { Machine } from '../encodings/machine.js';
import { stepsOf } from '../encodings/unbounded/steps.js';
import type { Design } from '../model/design.js';
import { machineCells } from '../model/machine-state.js';
import type { Rules } from '../model/rules/index.js';
import { rulesOf } from '../model/rules/index.js';
import { verifierCells } from '../model/verifier-state.js';
import { factsOf } from './facts.js';

export interface SmallCheckOptions {
  readonly seed: number;
  /** States of which every step is taken, in each universe. */
  readonly samples: number;
  /** Most states of the all-programs system, at each of its sizes. */
  readonly maxStates: number;
  /** The conjuncts that a proof found closed. */
  readonly closed: readonly Clause[];
  /** The rules, if not those of the design. */
  readonly rules?: Rules;
}

export interface SmallCheckReport {
  readonly design: string;
  readonly seed: number;
  readonly conjuncts: number;
  /** Part one: states that the explicit engine reached, all of them where `finished`. */
  readonly reachable: readonly { readonly sizes: Sizes; readonly states: number; readonly finished: boolean }[];
  /** Part two: invariant states whose steps were taken, pairs of such a state and a step, and steps that had no pair. */
  readonly sampled: {
    readonly states: number;
    readonly changes: number;
    readonly pairs: number;
    readonly perStep: ReadonlyMap<string, number>;
    readonly notTaken: readonly string[];
    /** Steps that were possible and would break a property: nothing is said of what comes after them. */
    readonly breaks: ReadonlyMap<string, number>;
  };
  /** The first; undefined if there is none. */
  readonly disagreement: (Disagreement & { readonly where: string }) | undefined;
}

/** One run with room for a list and a node, two runs that meet, and two with room for both, of which few states can be seen. */
export const SMALL_SIZES: readonly Sizes[] = [
  { runs: 1, slots: 2, ids: 2, nodes: 1 },
  { runs: 2, slots: 1, ids: 1, nodes: 1 },
  { runs: 2, slots: 2, ids: 3, nodes: 2 },
];

/** Reached states that samples begin with. */
const SEEDS = 400;

/** A state of the explicit engine as plain tables. */
const plain = (m: Machine, s: Int32Array): PlainState =>
  new Map([...m.layout.cells].map(([name, c]) => [name, c.table.map(v => (v < 0 ? -1 - v : (s[v] ?? 0)))]));

const isSame = (a: Int32Array, b: Int32Array): boolean => a.every((v, i) => v === b[i]);

export const smallCheck = (design: Design, o: SmallCheckOptions): SmallCheckReport => {
  const rules = o.rules ?? rulesOf(design);
  const steps = stepsOf(rules, design);
  const facts = factsOf(rules).filter(f => !f.name.startsWith('loaded.'));
  const clauses: readonly Clause[] = [...facts, ...o.closed];
  const cells = [...verifierCells, ...machineCells];
  const reachable: SmallCheckReport['reachable'][number][] = [];
  const perStep = new Map<string, number>();
  const breaks = new Map<string, number>();
  let [states, changes, pairs] = [0, 0, 0];
  let disagreement: SmallCheckReport['disagreement'];
  const sample = (c: ReturnType<typeof checkerOf>, from: readonly Tables[], where: string): void => {
    const r = sampleSteps(c, from, o.samples, o.seed);
    states += r.states;
    changes += r.changes;
    pairs += r.pairs;
    for (const [name, n] of r.perStep) perStep.set(name, (perStep.get(name) ?? 0) + n);
    for (const [name, n] of r.breaks) breaks.set(name, (breaks.get(name) ?? 0) + n);
    if (r.disagreement !== undefined) disagreement ??= { ...r.disagreement, where };
  };
  for (const sizes of SMALL_SIZES) {
    const m = allPrograms(design, rules, sizes, lists, { keepsGhosts: true });
    const c = checkerOf({ universe: m.world.inst, clauses, steps, cells });
    const where = `the all-programs system of ${String(sizes.runs)} runs and ${String(sizes.slots)} slots`;
    const kept: Tables[] = [];
    let seen = 0;
    let before: Tables | undefined;
    const every = Math.max(1, Math.floor(o.maxStates / SEEDS));
    const x = explore(m, {
      reduce: false,
      forget: false,
      maxStates: o.maxStates,
      onState: s => {
        // Neighbours have most tables in common: clauses that speak of those alone are not asked again.
        const t = c.tables(plain(m, s)).map((x, n) => (before !== undefined && isSame(x, before[n]) ? before[n] : x));
        const clause = c.broken(t, before);
        before = t;
        if (clause !== undefined) disagreement ??= { kind: 'not-invariant', clause, state: c.text(t), where };
        if (seen++ % every === 0) kept.push(t);
        return disagreement !== undefined;
      },
    });
    reachable.push({ sizes, states: seen, finished: x.kind === 'safe' });
    if (disagreement === undefined) sample(c, kept, where);
    if (disagreement !== undefined) break;
  }
  if (disagreement === undefined) {
    const { universe, initial } = createPlainWorld(design);
    const c = checkerOf({ universe, clauses, steps, cells });
    const first = c.tables(initial);
    const clause = c.broken(first);
    const where = 'a system with trees, counts and fields';
    if (clause !== undefined) disagreement = { kind: 'not-invariant', clause, state: c.text(first), where };
    else sample(c, [first], where);
  }
  return {
    design: design.id,
    seed: o.seed,
    conjuncts: o.closed.length,
    reachable,
    sampled: {
      states,
      changes,
      pairs,
      perStep,
      notTaken: steps.map(s => s.name).filter(n => !perStep.has(n)),
      breaks,
    },
    disagreement,
  };
};
