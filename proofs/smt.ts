/** Puts Q1 and Q2 to the solver: is this failure reachable, and is any? */
import type { PropertyId } from '../model/properties.js';
import type { GroundRule } from '../encodings/ground.js';
import type { Machine, MachineEdge } from '../encodings/machine.js';
import { forgottenAt } from '../encodings/machine.js';
import type { Check, Outcome, Unrolling } from '../encodings/symbolic.js';
import { TooManyLocations, unrollSymbolic } from '../encodings/symbolic.js';
import type { VerifierSystem } from '../encodings/verifier.js';
import type { Circuit, Lit } from '../encodings/solver/circuit.js';
import { FALSE, TRUE, createCircuit, evaluate } from '../encodings/solver/circuit.js';
import { decodeModel, toCnf, toDimacs } from '../encodings/solver/cnf.js';
import type { SolverPool } from '../encodings/solver/pool.js';

export type Answer<E> =
  | { readonly kind: 'reachable'; readonly trace: readonly E[]; readonly trivial: boolean }
  | { readonly kind: 'unreachable'; readonly trivial: boolean }
  | { readonly kind: 'unknown'; readonly reason: string };

const MAX_LOCATIONS = 60_000;
/** Gates of the merged circuit past which solvers were seen to need more than a second. */
const MAX_MERGED_GATES = 8_000;
/** What a merged question may take before it is asked in the other form. */
const MERGED_BUDGET_MS = 1_000;

/** One question about a circuit. Constants never reach the solver; a model is checked against the circuit before it counts. */
const ask = async <E>(
  c: Circuit,
  u: Unrolling<E>,
  lits: readonly Lit[],
  pool: SolverPool,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Answer<E>> => {
  const goal = c.any(lits);
  if (goal === FALSE) return { kind: 'unreachable', trivial: true };
  if (goal === TRUE && u.constraints.length === 0)
    return {
      kind: 'reachable',
      trivial: true,
      trace: u.decode(l => evaluate(c, new Uint8Array(c.view().size + 1))(l)),
    };
  const outputs = [goal, ...u.constraints];
  const cnf = toCnf(c, outputs);
  const answer = await pool.solveDimacs(toDimacs(cnf), { timeoutMs, ...(signal && { signal }) });
  if (answer.status === 'unknown') return { kind: 'unknown', reason: answer.reason };
  if (answer.status === 'unsat') return { kind: 'unreachable', trivial: false };
  const inputs = decodeModel(c, outputs, cnf, answer.model);
  return { kind: 'reachable', trivial: false, trace: u.decode(evaluate(c, inputs)) };
};

const bads = (r: GroundRule): Check[] => [
  ...r.capacity.map((of, i): Check => ({ name: `capacity:${r.rule.capacity[i]?.of ?? ''}`, failsWhen: 0, of })),
  ...r.bads.map((of, i): Check => ({ name: r.rule.bads[i]?.property ?? '', failsWhen: 1, of })),
];

export interface SafetyQuestions {
  /** Is any bad thing reachable? */
  readonly any: () => Promise<Answer<MachineEdge>>;
  readonly property: (p: PropertyId) => Promise<Answer<MachineEdge>>;
  /** Is any bad thing reachable in fewer steps than those asked for? */
  readonly sooner: () => Promise<Answer<MachineEdge>>;
  readonly bound: () => Promise<Answer<MachineEdge>>;
  readonly locations: () => number;
}

/**
 * Unrolls the scenario system and prepares its questions: to its greatest length, or to `steps` where the question is about runs
 * of that length. Null when it has too many locations.
 */
export const safetyQuestions = (
  m: Machine,
  pool: SolverPool,
  timeoutMs: number,
  steps?: number,
  signal?: AbortSignal,
): SafetyQuestions | null => {
  const forget = forgottenAt(m);
  interface Form {
    readonly c: Circuit;
    readonly u: Unrolling<MachineEdge>;
  }
  const unrollWith = (splitOn: readonly number[], maxGates?: number): Form | null => {
    const c = createCircuit();
    try {
      const u = unrollSymbolic<MachineEdge>(c, {
        init: m.init,
        entries: m.graphs.map(g => g.entry),
        edges: m.edges,
        checks: e => bads(e.rule),
        isLocal: (r, n) => m.edges[r]?.[n]?.every(e => e.local),
        forget: (r, n) => forget[r]?.[n] ?? [],
        splitOn,
        ...(steps !== undefined && { maxSteps: steps }),
        maxLocations: MAX_LOCATIONS,
        ...(maxGates !== undefined && { maxGates }),
      });
      return { c, u };
    } catch (e) {
      if (e instanceof TooManyLocations) return null;
      throw e;
    }
  };
  // Paths are merged wherever they meet, and the solver tells them apart; where that makes a question too large, or too hard for
  // its share of the budget, they are kept apart while their states are known, and the solver is left with the choices alone.
  const merged = unrollWith([], MAX_MERGED_GATES);
  let apart: Form | null | undefined;
  const keptApart = (): Form | null => (apart ??= unrollWith(m.layout.vars.map((_, i) => i)));
  const first = merged ?? keptApart();
  if (first === null) return null;
  type Pick = (o: Outcome<MachineEdge>) => boolean;
  const askIn = (x: Form, pick: Pick, ms: number): Promise<Answer<MachineEdge>> =>
    ask(
      x.c,
      x.u,
      x.u.outcomes.filter(pick).map(o => o.lit),
      pool,
      ms,
      signal,
    );
  const q = async (pick: Pick): Promise<Answer<MachineEdge>> => {
    const quick = await askIn(first, pick, first === merged ? Math.min(timeoutMs, MERGED_BUDGET_MS) : timeoutMs);
    if (quick.kind !== 'unknown' || first !== merged || signal?.aborted === true) return quick;
    return askIn(keptApart() ?? first, pick, timeoutMs);
  };
  const isBad: Pick = o => !o.check.name.startsWith('capacity:');
  return {
    any: () => q(isBad),
    property: p => q(o => o.check.name === p),
    sooner: () => q(o => isBad(o) && o.steps !== undefined && o.steps < (steps ?? 0)),
    bound: () => q(o => o.check.name.startsWith('capacity:')),
    locations: () => (apart ?? first).u.locations,
  };
};

interface FlatEdge {
  readonly from: number;
  readonly to: number;
  readonly rule: GroundRule;
  readonly event: string;
  readonly line: number;
}
export interface VerdictQuestions {
  readonly anyGuard: () => Promise<Answer<FlatEdge>>;
  readonly guard: (name: string, event: string, line: number) => Promise<Answer<FlatEdge>>;
  readonly bound: () => Promise<Answer<FlatEdge>>;
  readonly locations: number;
}

/** The verifier over an unrolled program, all branches at once. */
export const verdictQuestions = (
  v: VerifierSystem,
  pool: SolverPool,
  timeoutMs: number,
  signal?: AbortSignal,
): VerdictQuestions | null => {
  const c = createCircuit();
  const edges = v.edges.map(es =>
    es.flatMap(e =>
      e.rules.map((rule): FlatEdge => ({ from: e.from, to: e.to, rule, event: e.event, line: e.at?.line ?? 0 })),
    ),
  );
  const forgettable = v.layout.vars.map((_, i) => i).filter(i => v.forgettable.has(i));
  const init = Int32Array.from(v.layout.vars, x => x.init);
  try {
    const u = unrollSymbolic<FlatEdge>(c, {
      init,
      entries: [v.entry],
      edges: [edges],
      checks: e => [
        ...e.rule.guards.map((of, i): Check => ({ name: e.rule.rule.guards[i]?.name ?? '', failsWhen: 0, of })),
        ...e.rule.capacity.map((of, i): Check => ({
          name: `capacity:${e.rule.rule.capacity[i]?.of ?? ''}`,
          failsWhen: 0,
          of,
        })),
      ],
      isLocal: () => false,
      forget: (_, n) => forgettable.filter(i => !v.live(n).has(i)),
      splitOn: [],
      maxLocations: MAX_LOCATIONS,
    });
    const q = (pick: (o: Outcome<FlatEdge>) => boolean) =>
      ask(
        c,
        u,
        u.outcomes.filter(pick).map(o => o.lit),
        pool,
        timeoutMs,
        signal,
      );
    return {
      anyGuard: () => q(o => !o.check.name.startsWith('capacity:')),
      guard: (name, event, line) => q(o => o.check.name === name && o.edge.event === event && o.edge.line === line),
      bound: () => q(o => o.check.name.startsWith('capacity:')),
      locations: u.locations,
    };
  } catch (e) {
    if (e instanceof TooManyLocations) return null;
    throw e;
  }
};
