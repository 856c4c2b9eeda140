/** The cells of one scenario: its answer under each design. */
import type { Design, Dialect } from '../model/design.js';
import { dialectOf } from '../model/design.js';
import { designNamed } from '../model/designs/index.js';
import type { SystemSpec } from '../model/system.js';
import type { Formula } from '../model/term.js';
import type { Rules } from '../model/rules/index.js';
import { rulesOf } from '../model/rules/index.js';
import type { Expectation, Scenario } from '../scenarios/header.js';
import { expectationOf } from '../scenarios/header.js';
import type { Engines, VerdictAnswer } from './answers.js';
import { safetyOf, verdictsOf } from './answers.js';
import type { Cell, ProgramVerdict } from './cell.js';
import { cellKind, verdictOfAll } from './cell.js';
import type { Problem } from './scenario.js';
import { readUnit, systemOf } from './scenario.js';

export interface ScenarioAnswer {
  readonly cells: readonly Cell[];
  readonly problems: readonly Problem[];
}

/** A scenario's header speaks of the designs we ship; of a user's own it expects nothing. */
const asked = (s: Scenario, d: Design): Expectation | undefined =>
  designNamed(d.id) === d ? expectationOf(s.header, d.id) : undefined;

/** The verdict on a scenario is that on its programs, if it has any. */
const overall = (programs: readonly ProgramVerdict[]): ProgramVerdict | undefined =>
  programs.length === 0 ? undefined : verdictOfAll(programs);

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

const cellOf = async (
  s: Scenario,
  design: Design,
  read: Awaited<ReturnType<typeof readUnit>>,
  sys: ReturnType<typeof systemOf> | undefined,
  engines: Engines,
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
  return cellUnder({ id: s.id, spec: sys.spec, design, rules: rulesOf(design) }, engines, asked(s, design));
};

/** A question of the matrix with the rules given apart, so that they may be other than the design's own. */
export interface Question {
  readonly id: string;
  readonly spec: SystemSpec;
  readonly design: Design;
  readonly rules: Rules;
  /** How pruning compares ids, if not as it is today. */
  readonly ids?: Formula;
}

/** The cell that answers the question. */
export const cellUnder = async (
  { id, spec, design, rules, ids }: Question,
  engines: Engines,
  expected?: Expectation,
): Promise<Cell> => {
  const v: VerdictAnswer = await verdictsOf(spec, design, rules, engines, ids);
  const first = overall(v.programs);
  const verdict = first?.verdict ?? 'unknown';
  if (verdict === 'not-applicable')
    return {
      ...problemCell(id, design.id, first?.reason ?? ''),
      verdict,
      programs: v.programs,
      cell: 'not-applicable',
      expected: expectedOf(expected, verdict, null, ''),
    };
  const q2 = await safetyOf(spec, design, rules, engines);
  const guard = first?.guard ?? null;
  const pruned = v.programs.some(p => p.badPrune !== undefined);
  const safety = pruned && q2.safety === 'safe' ? 'violated' : q2.safety;
  const property = q2.counterexample?.property ?? (pruned ? 'bad-prune' : null);
  const disagreements = [...v.disagreements, ...q2.disagreements];
  const safe = safety === 'violated' ? (property ?? 'violated') : safety;
  return {
    scenario: id,
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
    expected: expectedOf(expected, verdict, guard, safe),
  };
};

/** Answers a scenario under each design, in their order. What can't be read is a problem, told once, and leaves its cells unknown. */
export const answerScenario = async (
  s: Scenario,
  designs: readonly Design[],
  engines: Engines,
  onCell?: (cell: Cell) => void,
): Promise<ScenarioAnswer> => {
  const units = new Map<Dialect, Awaited<ReturnType<typeof readUnit>>>();
  const systems = new Map<Dialect, ReturnType<typeof systemOf>>();
  const problems = new Map<string, Problem>();
  const cells: Cell[] = [];
  for (const design of designs) {
    if (engines.signal?.aborted === true) break;
    const dialect = dialectOf(design);
    const read =
      units.get(dialect) ??
      (await readUnit(s.file, s.source, dialect, new Map([...s.header.loops, ...s.header.callbacks])));
    units.set(dialect, read);
    let system = systems.get(dialect);
    if (system === undefined && read.ok) systems.set(dialect, (system = systemOf(s, read.unit)));
    const cell = await cellOf(s, design, read, system, engines, p => problems.set(JSON.stringify(p), p));
    cells.push(cell);
    onCell?.(cell);
    // Lets signals, progress and the solver's answers through.
    await new Promise(resolve => setImmediate(resolve));
  }
  return { cells, problems: [...problems.values()] };
};
