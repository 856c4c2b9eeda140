/** Body of one thread of the crew: its designs, rules and solver stay warm from task to task. */
import { workerData } from 'piscina';
import type { Design } from '../model/design.js';
import { designNamed } from '../model/designs/index.js';
import { rulesOf } from '../model/rules/index.js';
import { ModelBug } from '../model/term.js';
import type { SolverPool } from '../encodings/solver/pool.js';
import { createPool } from '../encodings/solver/pool.js';
import type { AllProgramsAnswer } from './all-programs.js';
import { anyProgram as search } from './all-programs.js';
import type { AnyProgramTask, CrewData, ScenarioTask, Sent } from './crew.js';
import type { ScenarioAnswer } from './scenario-cells.js';
import { answerScenario } from './scenario-cells.js';

const { engines } = workerData as CrewData;
// No solver is loaded before the first question.
const pool: SolverPool | undefined = engines === 'both' ? createPool({ jobs: 1 }) : undefined;

const received = (d: Sent): Design => {
  const design = typeof d === 'string' ? designNamed(d) : d;
  if (design === undefined) throw new ModelBug(`no design ${JSON.stringify(d)}`);
  return design;
};

export const answer = (t: ScenarioTask): Promise<ScenarioAnswer> =>
  answerScenario(t.scenario, t.designs.map(received), { timeoutMs: t.timeoutMs, ...(pool && { pool }) });

export const anyProgram = (t: AnyProgramTask): AllProgramsAnswer => {
  const design = received(t.design);
  return search(design, rulesOf(design), t.sizes, t.maxStates);
};
