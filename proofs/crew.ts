/** Threads that answer scenarios side by side, one task a scenario; `crew-worker.ts` is what each of them runs. */
import { setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { Design } from '../model/design.js';
import { ModelBug } from '../model/term.js';
import { designNamed } from '../model/designs/index.js';
import type { Scenario } from '../scenarios/header.js';
import type { Sizes } from '../encodings/all-programs.js';
import type { AllProgramsAnswer } from './all-programs.js';
import type { ScenarioAnswer } from './scenario-cells.js';

/** Our own designs cross to a thread by name, so that they are the same there; others as data. */
export type Sent = string | Design;

export interface CrewData {
  readonly engines: 'both' | 'explicit';
}
export interface ScenarioTask {
  readonly scenario: Scenario;
  readonly designs: readonly Sent[];
  readonly timeoutMs: number;
}
export interface AnyProgramTask {
  readonly design: Sent;
  readonly sizes: Sizes;
  readonly maxStates: number;
}

export interface Crew {
  /** As `answerScenario`; an abort ends the thread at once and gives no cells. */
  readonly answer: (
    s: Scenario,
    designs: readonly Design[],
    limits: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ) => Promise<ScenarioAnswer>;
  readonly anyProgram: (
    d: Design,
    limits: { readonly sizes: Sizes; readonly maxStates: number; readonly signal?: AbortSignal },
  ) => Promise<AllProgramsAnswer | null>;
  readonly close: () => Promise<void>;
}

/** Node 20 loads no TypeScript in a worker: from sources (under vitest) the compiled worker in `out/` is run. */
const workerFile = (): string => {
  const compiled = !import.meta.url.endsWith('.ts');
  const file = fileURLToPath(new URL(compiled ? './crew-worker.js' : '../out/proofs/crew-worker.js', import.meta.url));
  if (!existsSync(file)) throw new ModelBug(`no worker at ${file}: run "npm run build" first`);
  return file;
};

const sent = (d: Design): Sent => (designNamed(d.id) === d ? d.id : d);

/** Most of what a thread makes is short-lived: a young generation of this size keeps the collector out of the way. */
const YOUNG_MB = 64;

export const createCrew = (jobs: number, engines: 'both' | 'explicit'): Crew => {
  const data: CrewData = { engines };
  const pool = new Piscina({
    filename: workerFile(),
    minThreads: jobs,
    maxThreads: jobs,
    // While the solver works on one scenario, the thread explores the next.
    concurrentTasksPerWorker: engines === 'both' ? 2 : 1,
    workerData: data,
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const withSignal = (name: string, signal: AbortSignal | undefined) => ({ name, ...(signal && { signal }) });
  const orAborted = async <T>(signal: AbortSignal | undefined, none: T, run: () => Promise<unknown>): Promise<T> => {
    // Every task that waits listens to the same signal.
    if (signal !== undefined) setMaxListeners(0, signal);
    const isAborted = (): boolean => signal?.aborted === true;
    if (isAborted()) return none;
    try {
      return (await run()) as T;
    } catch (error) {
      if (isAborted()) return none;
      throw error;
    }
  };
  return {
    answer: (scenario, designs, { timeoutMs, signal }) => {
      const task: ScenarioTask = { scenario, designs: designs.map(sent), timeoutMs };
      return orAborted<ScenarioAnswer>(signal, { cells: [], problems: [] }, () =>
        pool.run(task, withSignal('answer', signal)),
      );
    },
    anyProgram: (design, { sizes, maxStates, signal }) => {
      const task: AnyProgramTask = { design: sent(design), sizes, maxStates };
      return orAborted<AllProgramsAnswer | null>(signal, null, () => pool.run(task, withSignal('anyProgram', signal)));
    },
    close: () => pool.destroy(),
  };
};
