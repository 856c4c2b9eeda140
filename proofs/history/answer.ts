/** What each fix is worth: its scenario with the fix and without it, and whether that is what the table of history claims. */
import type { Design } from '../../model/design.js';
import { dialectOf } from '../../model/design.js';
import { designNamed } from '../../model/designs/index.js';
import { rulesOf } from '../../model/rules/index.js';
import type { SystemSpec } from '../../model/system.js';
import { ModelBug } from '../../model/term.js';
import type { Scenario } from '../../scenarios/header.js';
import type { Engines } from '../answers.js';
import type { Cell } from '../cell.js';
import type { Problem } from '../scenario.js';
import { readUnit, systemOf } from '../scenario.js';
import { cellUnder } from '../scenario-cells.js';
import type { Case, Change, ExpressibleFix, Fix } from './fix.js';

export interface CaseAnswer {
  readonly design: string;
  /** The release has the fix, so that without it is the mutant; or the other way round. */
  readonly has: boolean;
  readonly with: Cell;
  readonly without: Cell;
  /** What is not as claimed; empty if nothing. */
  readonly wrong: readonly string[];
}
export interface FixAnswer {
  readonly fix: Fix;
  /** Empty for a fix that is not expressible. */
  readonly cases: readonly CaseAnswer[];
  readonly problems: readonly Problem[];
}

const pathsChanged = (spec: SystemSpec, { paths }: Change): SystemSpec => {
  if (paths === undefined) return spec;
  const changed = new Map(spec.unit.programs.map(p => [p, paths(p)]));
  const unit = { ...spec.unit, programs: [...changed.values()] };
  const runs = spec.runs.map(r =>
    r.kind === 'program' ? { ...r, program: changed.get(r.program) ?? paths(r.program) } : r,
  );
  return { ...spec, unit, runs };
};

const cellWith = (s: Scenario, spec: SystemSpec, design: Design, change: Change, engines: Engines): Promise<Cell> => {
  const changed = change.design?.(design) ?? design;
  const rules = rulesOf(changed);
  const question = {
    id: s.id,
    spec: pathsChanged(spec, change),
    design: changed,
    rules: change.rules?.(rules) ?? rules,
  };
  return cellUnder(change.ids === undefined ? question : { ...question, ids: change.ids }, engines);
};

const engineTrouble = (c: Cell): string[] => [
  ...c.disagreements.map(d => `the engines disagree: ${d.question}`),
  ...(c.cell === 'unknown' ? [`no answer: ${c.evidence.explicit}; ${c.evidence.smt}`] : []),
];

/** With the fix the program is rejected where the table says, or accepted and safe. */
const wrongWith = (f: ExpressibleFix, c: Cell): string[] => {
  const trouble = engineTrouble(c);
  if (f.guard === null)
    return c.verdict === 'accept' && c.safety === 'safe'
      ? trouble
      : [...trouble, 'with the fix it is not accepted and safe'];
  return c.verdict === 'reject' && c.guard === f.guard
    ? trouble
    : [...trouble, `with the fix it is not rejected at ${f.guard}`];
};

/** Without it the program is accepted, and a replayed run breaks the property; a hole in pruning is found as such. */
const wrongWithout = (f: ExpressibleFix, c: Cell, change: Change): string[] => [
  ...engineTrouble(c),
  ...(c.verdict === 'accept' ? [] : ['without the fix it is not accepted']),
  ...(c.counterexample?.property === f.property && c.counterexample.replayed
    ? []
    : [`without the fix no replayed run breaks ${f.property}`]),
  ...(change.ids === undefined || c.programs.some(p => p.badPrune !== undefined)
    ? []
    : ['without the fix no path is skipped that would fail']),
];

const answerCase = async (
  f: ExpressibleFix,
  one: Case,
  s: Scenario,
  spec: SystemSpec,
  engines: Engines,
): Promise<CaseAnswer> => {
  const design = designNamed(one.design);
  if (design === undefined) throw new ModelBug(`${f.name}: no design ${one.design}`);
  const asIs = await cellWith(s, spec, design, { ...one.under }, engines);
  const changed = await cellWith(s, spec, design, { ...one.under, ...one.change }, engines);
  const named = (c: Cell, mark: string): Cell => ({ ...c, design: `${one.design} ${mark} ${f.name}` });
  const [fixed, broken] = one.has ? [asIs, named(changed, 'without')] : [named(changed, 'with'), asIs];
  return {
    design: one.design,
    has: one.has,
    with: fixed,
    without: broken,
    wrong: [...wrongWith(f, fixed), ...wrongWithout(f, broken, one.change)],
  };
};

/** Answers one fix; `scenarios` are those that there are. */
export const answerFix = async (f: Fix, scenarios: readonly Scenario[], engines: Engines): Promise<FixAnswer> => {
  if (f.kind === 'not-expressible') return { fix: f, cases: [], problems: [] };
  const s = scenarios.find(x => x.id === f.scenario);
  if (s === undefined) throw new ModelBug(`${f.name}: no scenario ${f.scenario}`);
  const cases: CaseAnswer[] = [];
  for (const one of f.cases) {
    const design = designNamed(one.design);
    if (design === undefined) throw new ModelBug(`${f.name}: no design ${one.design}`);
    const bounds = new Map([...s.header.loops, ...s.header.callbacks]);
    const read = await readUnit(s.file, s.source, dialectOf(design), bounds);
    if (!read.ok) return { fix: f, cases, problems: read.problems };
    const system = systemOf(s, read.unit);
    if (!system.ok) return { fix: f, cases, problems: system.problems };
    cases.push(await answerCase(f, one, s, system.spec, engines));
  }
  return { fix: f, cases, problems: [] };
};

export interface HistoryOptions {
  /** How many solvers are at work at once. */
  readonly jobs: number;
  readonly engines: 'both' | 'explicit';
  readonly solverBudgetMs: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, what: string) => void;
}

/** Answers the fixes in their order. */
export const answerHistory = async (
  fixes: readonly Fix[],
  scenarios: readonly Scenario[],
  o: HistoryOptions,
): Promise<readonly FixAnswer[]> => {
  const pool =
    o.engines === 'both' ? (await import('../../encodings/solver/pool.js')).createPool({ jobs: o.jobs }) : undefined;
  const engines = { timeoutMs: o.solverBudgetMs, ...(o.signal && { signal: o.signal }), ...(pool && { pool }) };
  const answers: FixAnswer[] = [];
  try {
    for (const f of fixes) {
      if (o.signal?.aborted === true) break;
      answers.push(await answerFix(f, scenarios, engines));
      o.onProgress?.(answers.length, fixes.length, f.name);
      // Lets signals and the solver's answers through.
      await new Promise(resolve => setImmediate(resolve));
    }
  } finally {
    await pool?.close();
  }
  return answers;
};
