/**
 * Finished programs: from a run of the all-programs system, whose programs are cut off where something breaks, to programs that
 * the verifier accepts on all their branches and that break the same when they are run. Only those are reported.
 */
import { ModelBug } from '../model/term.js';
import type { Design } from '../model/design.js';
import type { Program, ProgramEvent, Unit } from '../model/program.js';
import type { PropertyId } from '../model/properties.js';
import type { Rules } from '../model/rules/index.js';
import type { RunSpec, SystemSpec, UserEvent } from '../model/system.js';
import type { AllPrograms } from '../encodings/all-programs.js';
import { anyOf } from '../encodings/all-programs.js';
import type { Violation } from '../encodings/explore.js';
import { explore } from '../encodings/explore.js';
import { TooLarge } from '../encodings/graph.js';
import { machineOf } from '../encodings/machine.js';
import type { Theme } from '../encodings/themes/theme.js';
import { at } from '../encodings/themes/theme.js';
import { verifierOfProgram, verify } from '../encodings/verifier.js';
import { verifierWalk } from '../encodings/verifier-walk.js';
import { lacks } from './answers.js';
import type { Body } from './body.js';
import { unitOfPrograms } from './mentioned.js';
import { programOf } from './body.js';
import type { Counterexample } from './cell.js';
import type { Completer } from './completion.js';
import { completerOf } from './completion.js';
import { replay } from './trace.js';

/** Programs that break something, whatever else they do: each run is a line of events, loose ends not tied. */
export interface Plan {
  readonly runs: readonly { readonly cpu: number; readonly line: readonly ProgramEvent[] }[];
  readonly user: readonly UserEvent[];
}

export interface Finished {
  readonly spec: SystemSpec;
  readonly counterexample: Counterexample;
}

/** Where programs of a theme are finished, under a design and its rules (which need not be the design's own). */
export interface Workshop {
  readonly theme: Theme;
  readonly unit: Unit;
  readonly design: Design;
  readonly rules: Rules;
  readonly program: Program;
  readonly completer: Completer;
}

export const workshopOf = (theme: Theme, unit: Unit, design: Design, rules: Rules, slots: number): Workshop => {
  const walk = verifierWalk(theme, unit, design, rules, slots);
  const completer = completerOf(walk, theme.alphabet(unit, design, slots));
  return { theme, unit, design, rules, program: anyOf(theme, unit, design, slots), completer };
};

/** What each run does in a trace. A run that ended and began again is two, one after the other on the same CPU. */
export const planOf = (m: AllPrograms, trace: Violation['trace']): Plan => {
  const lines = new Map<number, ProgramEvent[][]>();
  const user: UserEvent[] = [];
  for (const e of trace) {
    const does = m.does.get(e);
    if (does === undefined) continue;
    if (m.spec.runs[e.run]?.kind === 'user') {
      user.push(does as UserEvent);
      continue;
    }
    const mine = lines.get(e.run) ?? [[]];
    lines.set(e.run, mine);
    mine.at(-1)?.push(does as ProgramEvent);
    if (does.event === 'exit') mine.push([]);
  }
  const runs = [...lines].flatMap(([cpu, all]) => all.filter(l => l.length > 0).map(line => ({ cpu, line })));
  return { runs, user };
};

/** The system of finished bodies; null if a body makes no program. Runs with equal bodies run one program. */
export const systemOfBodies = (
  w: Pick<Workshop, 'unit' | 'program' | 'theme'>,
  bodies: readonly { readonly cpu: number; readonly body: Body }[],
  user: readonly UserEvent[],
  keepMoves = false,
): SystemSpec | null => {
  const programs = new Map<string, Program>();
  const runs: RunSpec[] = [];
  for (const { cpu, body } of bodies) {
    const key = JSON.stringify(body);
    const name = `prog${String(programs.size)}`;
    const program = programs.get(key) ?? programOf(name, body, w.unit, w.program, keepMoves);
    if (program === null) return null;
    programs.set(key, program);
    const { context } = w.theme.program;
    const again = runs.filter(r => r.kind === 'program' && r.program === program).length;
    runs.push({
      kind: 'program',
      name: again === 0 ? program.name : `${program.name}_${String(again + 1)}`,
      program,
      cpu,
      context,
      interrupts: [],
      load: 1,
    });
  }
  if (user.length > 0) runs.push({ kind: 'user', name: 'user space', events: user, at });
  const unit = unitOfPrograms(w.unit, [...programs.values()]);
  const missing = user.some(e => 'map' in e && !unit.maps.some(m => m.name === e.map));
  return missing ? null : { unit, runs, elements: new Map() };
};

const MAX_STATES = 300_000;

/** Returns true iff the verifier accepts every program on all its branches, with no path skipped that would fail. */
export const isAccepted = (spec: SystemSpec, design: Design, rules: Rules): boolean =>
  spec.unit.programs.every(p => p.edges.every(e => lacks(design, e.does.event) === undefined)) &&
  spec.runs.every(r => {
    if (r.kind !== 'program') return true;
    const v = verify(verifierOfProgram(spec, design, rules, r));
    return v.kind === 'accept' && v.badPrune === null;
  });

/** A run of the system that breaks the property (any, if none is given), replayed; null if there is none within the bound. */
export const brokenBy = (
  spec: SystemSpec,
  design: Design,
  rules: Rules,
  property: PropertyId | undefined,
): Counterexample | null => {
  try {
    const m = machineOf(spec, design, rules);
    const first = explore(m, { maxStates: MAX_STATES });
    if (first.kind !== 'violated') return null;
    if (property === undefined || first.first.property === property) return replay(m, first.first);
    // Something else may break sooner.
    const x = explore(m, { maxStates: MAX_STATES, property });
    return x.kind === 'violated' ? replay(m, x.first) : null;
  } catch (error) {
    if (error instanceof TooLarge) return null;
    throw error;
  }
};

const finishPlan = (w: Workshop, plan: Plan, property: PropertyId | undefined): Finished | null => {
  const bodies: { cpu: number; body: Body }[] = [];
  for (const r of plan.runs) {
    const body = w.completer.finish(r.line);
    if (body === null) return null;
    bodies.push({ cpu: r.cpu, body });
  }
  if (bodies.length === 0) return null;
  const hasMoves = plan.runs.some(r => r.line.some(e => e.event === 'move'));
  for (const keepMoves of hasMoves ? [false, true] : [false]) {
    const spec = systemOfBodies(w, bodies, plan.user, keepMoves);
    if (spec === null || !isAccepted(spec, w.design, w.rules)) continue;
    const counterexample = brokenBy(spec, w.design, w.rules, property);
    if (counterexample !== null) return { spec, counterexample };
  }
  return null;
};

/** Every plan that is smaller by one run or one event. */
const smaller = function* (plan: Plan): Generator<Plan> {
  const without = <T>(list: readonly T[], i: number): T[] => list.filter((_, k) => k !== i);
  if (plan.runs.length > 1) for (const i of plan.runs.keys()) yield { ...plan, runs: without(plan.runs, i) };
  for (const i of plan.user.keys()) yield { ...plan, user: without(plan.user, i) };
  for (const [i, r] of plan.runs.entries())
    for (const k of r.line.keys()) {
      const line = without(r.line, k);
      yield { ...plan, runs: plan.runs.map((x, j) => (j === i ? { ...x, line } : x)).filter(x => x.line.length > 0) };
    }
};

/**
 * The finished programs of a plan, made minimal: no run and no event of it can be left out, the loose ends tied anew. Null if
 * the plan can't be finished: then the trace it comes from shows nothing of any accepted program.
 */
export const finished = (w: Workshop, plan: Plan, property: PropertyId | undefined): Finished | null => {
  const whole = finishPlan(w, plan, property);
  if (whole === null) return null;
  // What is left out must leave the same thing broken.
  const broken = property ?? whole.counterexample.property;
  let best = whole;
  let at = plan;
  for (let again = true; again;) {
    again = false;
    for (const p of smaller(at)) {
      const f = finishPlan(w, p, broken);
      if (f === null || f.counterexample.property !== broken) continue;
      best = f;
      at = p;
      again = true;
      break;
    }
  }
  if (!best.counterexample.replayed) throw new ModelBug('a finished program that was not replayed');
  return best;
};

/** A text that is equal for plans whose programs are the same. */
export const planKey = (p: Plan): string => JSON.stringify([p.runs.map(r => JSON.stringify(r.line)).sort(), p.user]);
