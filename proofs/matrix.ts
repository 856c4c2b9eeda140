/** The matrix: every scenario under every design, each cell with its evidence. */
import type { Design, Dialect } from '../model/design.js';
import { dialectOf } from '../model/design.js';
import { designNamed } from '../model/designs/index.js';
import type { Rules } from '../model/rules/index.js';
import { rulesOf } from '../model/rules/index.js';
import type { SolverPool } from '../encodings/solver/pool.js';
import type { Expectation, Scenario } from '../scenarios/header.js';
import { expectationOf } from '../scenarios/header.js';
import type { Engines, VerdictAnswer } from './answers.js';
import { safetyOf, verdictsOf } from './answers.js';
import type { Cell, ProgramVerdict } from './cell.js';
import { cellKind } from './cell.js';
import type { Problem } from './scenario.js';
import { plainSystem, readUnit, systemOf } from './scenario.js';

export interface MatrixOptions {
  readonly designs: readonly Design[];
  readonly scenarios: readonly Scenario[];
  readonly jobs: number;
  readonly engines: 'both' | 'explicit';
  readonly solverBudgetMs: number;
  readonly onCell?: (cell: Cell) => void;
  readonly onProgress?: (done: number, total: number, what: string) => void;
  readonly signal?: AbortSignal;
}

/** A scenario's header speaks of the designs we ship; of a user's own it expects nothing. */
const asked = (s: Scenario, d: Design): Expectation | undefined =>
  designNamed(d.id) === d ? expectationOf(s.header, d.id) : undefined;

const ruleCache = new WeakMap<Design, Rules>();
const rulesFor = (d: Design): Rules => {
  let r = ruleCache.get(d);
  if (r === undefined) ruleCache.set(d, (r = rulesOf(d)));
  return r;
};

/** The verdict on a scenario is that on its programs: one rejection rejects it, one unknown leaves it unknown. */
const overall = (programs: readonly ProgramVerdict[]): ProgramVerdict | undefined =>
  programs.find(p => p.verdict === 'not-applicable') ??
  programs.find(p => p.verdict === 'reject') ??
  programs.find(p => p.verdict === 'unsupported' || p.verdict === 'unknown') ??
  programs[0];

const expectedOf = (
  x: Expectation | undefined,
  verdict: string,
  guard: string | null,
  safety: string,
): Cell['expected'] => {
  if (x === undefined) return null;
  if (x.verdict === 'not-applicable') return { text: 'not-applicable', met: verdict === 'not-applicable' };
  const text = `${x.verdict}${x.guard === undefined ? '' : ` at ${x.guard}`}, ${x.safety}`;
  return { text, met: x.verdict === verdict && (x.guard === undefined || x.guard === guard) && x.safety === safety };
};

const problemCell = (scenario: string, design: string, why: string): Cell => ({
  scenario,
  design,
  verdict: 'unsupported',
  guard: null,
  programs: [],
  safety: 'unknown',
  property: null,
  cell: 'unknown',
  counterexample: null,
  evidence: { explicit: why, smt: 'not asked' },
  disagreements: [],
  expected: null,
});

/** Answers every cell. Problems of a file are reported once and leave its cells unknown; the others are still answered. */
export const compareAll = async (
  o: MatrixOptions,
): Promise<{ cells: readonly Cell[]; problems: readonly Problem[] }> => {
  const problems: Problem[] = [];
  const cells: Cell[] = [];
  let pool: SolverPool | undefined;
  if (o.engines === 'both') {
    const { createPool } = await import('../encodings/solver/pool.js');
    pool = createPool({ jobs: o.jobs });
  }
  const engines: Engines = {
    timeoutMs: o.solverBudgetMs,
    ...(pool && { pool }),
    ...(o.signal && { signal: o.signal }),
  };
  const total = o.scenarios.length * o.designs.length;
  const byScenario = new Map<string, Cell[]>();
  const one = async (s: Scenario): Promise<void> => {
    const units = new Map<Dialect, Awaited<ReturnType<typeof readUnit>>>();
    const systems = new Map<Dialect, ReturnType<typeof systemOf>>();
    const reported = new Set<string>();
    const mine: Cell[] = [];
    byScenario.set(s.id, mine);
    const note = (p: Problem): void => {
      const key = JSON.stringify(p);
      if (!reported.has(key)) {
        reported.add(key);
        problems.push(p);
      }
    };
    for (const design of o.designs) {
      if (o.signal?.aborted === true) return;
      const dialect = dialectOf(design);
      const read =
        units.get(dialect) ??
        (await readUnit(s.file, s.source, dialect, new Map([...s.header.loops, ...s.header.callbacks])));
      units.set(dialect, read);
      let system = systems.get(dialect);
      if (system === undefined && read.ok) systems.set(dialect, (system = systemOf(s, read.unit)));
      const cell = await answer(s, design, read, system, note);
      mine.push(cell);
      cells.push(cell);
      o.onCell?.(cell);
      // Lets signals, progress and the solver's answers through.
      await new Promise(resolve => setImmediate(resolve));
      o.onProgress?.(cells.length, total, `${s.id} ${design.id}`);
    }
  };
  const answer = async (
    s: Scenario,
    design: Design,
    read: Awaited<ReturnType<typeof readUnit>>,
    sys: ReturnType<typeof systemOf> | undefined,
    note: (p: Problem) => void,
  ): Promise<Cell> => {
    if (!read.ok || sys === undefined) {
      const found = read.ok ? [] : read.problems;
      found.forEach(note);
      const why = found.map(p => (p.kind === 'unsupported' ? `unsupported: ${p.construct}` : p.message)).join('; ');
      return problemCell(s.id, design.id, why);
    }
    if (!sys.ok) {
      sys.problems.forEach(note);
      return problemCell(s.id, design.id, sys.problems.map(p => p.message).join('; '));
    }
    const rules = rulesFor(design);
    const v: VerdictAnswer = await verdictsOf(sys.spec, design, rules, engines);
    const first = overall(v.programs);
    const verdict = first?.verdict ?? 'unknown';
    if (verdict === 'not-applicable')
      return {
        ...problemCell(s.id, design.id, first?.reason ?? ''),
        verdict,
        programs: v.programs,
        cell: 'not-applicable',
        expected: expectedOf(asked(s, design), verdict, null, ''),
      };
    const q2 = await safetyOf(sys.spec, design, rules, engines);
    const guard = first?.guard ?? null;
    const pruned = v.programs.some(p => p.badPrune !== undefined);
    const safety = pruned && q2.safety === 'safe' ? 'violated' : q2.safety;
    const property = q2.counterexample?.property ?? (pruned ? 'bad-prune' : null);
    const disagreements = [...v.disagreements, ...q2.disagreements];
    const safe = safety === 'violated' ? (property ?? 'violated') : safety;
    return {
      scenario: s.id,
      design: design.id,
      verdict,
      guard,
      programs: v.programs,
      safety,
      property,
      cell: disagreements.length > 0 ? 'unknown' : cellKind(verdict, safety),
      counterexample: q2.counterexample,
      evidence: { explicit: q2.explicit, smt: `verdict: ${v.smt}; safety: ${q2.smt}` },
      disagreements,
      expected: expectedOf(asked(s, design), verdict, guard, safe),
    };
  };
  try {
    // A few scenarios at a time: while the solver works on one, the next is explored.
    const queue = [...o.scenarios];
    const worker = async (): Promise<void> => {
      for (let s = queue.shift(); s !== undefined; s = queue.shift()) await one(s);
    };
    await Promise.all(Array.from({ length: Math.max(1, o.jobs + 1) }, worker));
  } finally {
    await pool?.close();
  }
  return { cells: o.scenarios.flatMap(s => byScenario.get(s.id) ?? []), problems };
};

/** Verdicts on every program of one file, under each design. Nothing is run: `check` is about the verifier. */
export const checkFile = async (
  file: string,
  text: string,
  designs: readonly Design[],
): Promise<{
  results: readonly { file: string; design: string; verdict: ProgramVerdict }[];
  problems: readonly Problem[];
}> => {
  const results: { file: string; design: string; verdict: ProgramVerdict }[] = [];
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const design of designs) {
    const read = await readUnit(file, text, dialectOf(design));
    if (!read.ok) {
      for (const p of read.problems) {
        const key = JSON.stringify(p);
        if (seen.has(key)) continue;
        seen.add(key);
        problems.push(p);
      }
      continue;
    }
    const { programs } = await verdictsOf(plainSystem(read.unit), design, rulesFor(design), { timeoutMs: 0 });
    for (const verdict of programs) results.push({ file, design: design.id, verdict });
  }
  return { results, problems };
};
