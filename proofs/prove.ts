/** Proves or refutes every property of the designs asked for. */
import type { Design } from '../model/design.js';
import { designNamed } from '../model/designs/index.js';
import type { PropertyId } from '../model/properties.js';
import { propertyIds } from '../model/properties.js';
import type { Rules } from '../model/rules/index.js';
import { rulesOf } from '../model/rules/index.js';
import { dropGuard } from '../encodings/change.js';
import { createPool } from '../encodings/solver/pool.js';
import type { Scenario } from '../scenarios/header.js';
import type { Cell } from './cell.js';
import { cellsUnder, eventsWith, libraryOf } from './changed-rules.js';
import type { Claim, Refutation } from './claims.js';
import { claimsOf } from './claims.js';
import type { Hints } from './hints.js';
import type { Induction } from './induction.js';
import { induce } from './induction.js';
import { conjunctsOf } from './invariant/index.js';
import { compareAll } from './matrix.js';
import type { ScenarioAnswer } from './scenario-cells.js';
import { modelOnlyStep } from './kernel-finding.js';
import { provePruning } from './pruning.js';
import type { Prover } from './prover.js';
import { createProver } from './prover.js';
import { refute } from './refute.js';
import { refutationsOf } from './refutations.js';
import type { Problem } from './scenario.js';
import { witness } from './witness.js';

export interface ProveOptions {
  readonly designs: readonly Design[];
  /** Where refutations are looked for. */
  readonly scenarios: readonly Scenario[];
  /** The properties that are asked; all unless given. */
  readonly properties?: ReadonlySet<PropertyId>;
  /** Solvers at work at once. */
  readonly jobs: number;
  /** Steps of Z3 after which a question counts as open. */
  readonly rlimit?: number;
  /** What earlier proofs used. */
  readonly hints: Hints;
  /** A guard that is taken out of the rules of every design first. */
  readonly withoutGuard?: string;
  /** How often each proof is found again, with the assumptions in another order. */
  readonly stability?: number;
  readonly signal?: AbortSignal;
  readonly onClaim?: (c: Claim) => void;
  readonly onProgress?: (done: number, total: number, what: string) => void;
}

export interface Proofs {
  readonly claims: readonly Claim[];
  readonly hints: Hints;
  readonly inductions: readonly Induction[];
  readonly problems: readonly Problem[];
  readonly solver: string;
  readonly counts: ReturnType<Prover['counts']>;
  /** The cells that refute a claim. */
  readonly refuting: readonly Cell[];
}

/** Every scenario under every design. */
const allCells = (o: ProveOptions): Promise<ScenarioAnswer> =>
  compareAll({
    designs: o.designs,
    scenarios: o.scenarios,
    jobs: o.jobs,
    engines: 'explicit',
    solverBudgetMs: 1000,
    ...(o.signal && { signal: o.signal }),
    onProgress: (done, total) => o.onProgress?.(done, total, 'scenarios'),
  });

/** Scenarios that may notice that the guard is gone. */
const cellsWithout = async (guard: string, o: ProveOptions): Promise<ScenarioAnswer> => {
  const library = libraryOf(o.scenarios);
  const cells: Cell[] = [];
  for (const d of o.designs) {
    const rules = rulesOf(d);
    cells.push(...(await cellsUnder(library, d, dropGuard(guard)(rules), eventsWith(rules, guard), o.signal)));
  }
  return { cells, problems: [] };
};

/** States that a search for a program goes through, for each theme. */
const SEARCH = 30_000;

/** A claim that is neither proved nor refuted by a scenario: a program that refutes it is looked for. */
const searched = (design: Design, rules: Rules, c: Claim, o: ProveOptions): Claim => {
  if (c.outcome !== 'unknown' || c.property === 'bad-prune' || c.property === 'wrong-lock') return c;
  o.onProgress?.(0, 1, `a program that breaks ${c.name}`);
  const { property } = c;
  const r = refute(design, rules, { property }, { maxStates: SEARCH, ...(o.signal && { signal: o.signal }) });
  if (r === null) return c;
  const { counterexample: x, spec } = r;
  return {
    ...c,
    outcome: 'refuted',
    bound: 'a program found by search',
    open: [],
    obligations: 0,
    refutation: {
      scenario: `theme ${r.theme}`,
      steps: x.steps.length,
      reason: x.reason,
      replayed: x.replayed,
      found: { spec, modelOnly: modelOnlyStep(design, spec, x) },
    },
  };
};

const isWanted = (c: Claim, o: ProveOptions): boolean => o.properties?.has(c.property) !== false;

export const proveAll = async (o: ProveOptions): Promise<Proofs> => {
  const { signal } = o;
  const isStopped = (): boolean => signal?.aborted === true;
  const { designs } = o;
  const { withoutGuard } = o;
  const rulesFor = (d: Design): Rules =>
    withoutGuard === undefined ? rulesOf(d) : dropGuard(withoutGuard)(rulesOf(d));
  const matrix = withoutGuard === undefined ? await allCells(o) : await cellsWithout(withoutGuard, o);
  const refuted = refutationsOf(matrix.cells, o.scenarios);
  const pool = createPool({ jobs: o.jobs });
  try {
    const prover = createProver(pool, {
      ...(o.rlimit !== undefined && { rlimit: o.rlimit }),
      signal,
      hints: o.hints.uses,
      ...(o.stability !== undefined && { stability: o.stability }),
    });
    const claims: Claim[] = [];
    const inductions: Induction[] = [];
    const open = new Map(o.hints.open);
    for (const design of designs) {
      if (isStopped()) break;
      const rules = rulesFor(design);
      const broken: ReadonlyMap<PropertyId, Refutation> = refuted.get(design.id) ?? new Map();
      const unasked = propertyIds.filter(p => broken.has(p) || o.properties?.has(p) === false);
      const attempt = async (without: ReadonlySet<string> | undefined): Promise<[Induction, Claim[]]> => {
        const x = await induce(design, rules, prover, {
          ...(without && { without }),
          broken: new Set(unasked),
          onProgress: (done, total) => o.onProgress?.(done, total, design.id),
        });
        const pruning = unasked.includes('bad-prune') ? null : await provePruning(design, rules, prover);
        const isVacuous = unasked.length < propertyIds.length && !(await witness(x, rules, prover));
        return [x, claimsOf(design, x, pruning, broken, isVacuous)];
      };
      const left = o.hints.open.get(design.id);
      const isOpen = (list: readonly Claim[]): boolean => list.some(c => isWanted(c, o) && c.outcome === 'unknown');
      // Few properties may need no invariant at all.
      const none = o.properties === undefined ? left : new Set(conjunctsOf(design).map(c => c.name));
      let without = none;
      let [x, mine] = await attempt(none);
      if (none !== left && isOpen(mine)) [x, mine] = await attempt((without = left));
      // What was not closed before may be closed now, and be needed.
      if (left !== undefined && isOpen(mine)) [x, mine] = await attempt((without = undefined));
      if (isStopped()) break;
      inductions.push(x);
      open.set(design.id, new Set([...(without ?? []), ...x.dropped.map(d => d.conjunct.name)]));
      for (const asked of mine.filter(y => isWanted(y, o))) {
        const c =
          designNamed(design.id) === design && withoutGuard === undefined ? asked : searched(design, rules, asked, o);
        claims.push(c);
        o.onClaim?.(c);
      }
    }
    const cells = new Set(claims.flatMap(c => (c.refutation === null ? [] : [`${c.refutation.scenario}@${c.design}`])));
    return {
      claims,
      hints: { uses: prover.uses(), open },
      inductions,
      problems: matrix.problems,
      solver: await pool.version(),
      counts: prover.counts(),
      refuting: matrix.cells.filter(c => cells.has(`${c.scenario}@${c.design}`)),
    };
  } finally {
    await pool.close();
  }
};
