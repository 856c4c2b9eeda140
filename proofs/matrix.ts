/** The matrix: every scenario under every design, each cell with its evidence. */
import type { Design } from '../model/design.js';
import type { Scenario } from '../scenarios/header.js';
import type { Cell } from './cell.js';
import { createCrew } from './crew.js';
import type { Problem } from './scenario.js';
import type { ScenarioAnswer } from './scenario-cells.js';
import { answerScenario } from './scenario-cells.js';

export interface MatrixOptions {
  readonly designs: readonly Design[];
  readonly scenarios: readonly Scenario[];
  /** The pairs that are asked; all unless given. */
  readonly isAsked?: (s: Scenario, d: Design) => boolean;
  /** How many threads answer scenarios, each with a solver. With one, they are answered in this thread. */
  readonly jobs: number;
  readonly engines: 'both' | 'explicit';
  readonly solverBudgetMs: number;
  readonly onCell?: (cell: Cell) => void;
  readonly onProgress?: (done: number, total: number, what: string) => void;
  readonly signal?: AbortSignal;
}

type Answer = (s: Scenario, designs: readonly Design[], onCell: (c: Cell) => void) => Promise<ScenarioAnswer>;

/** Answers every cell. Problems of a file are reported once and leave its cells unknown; the others are still answered. */
export const compareAll = async (o: MatrixOptions): Promise<ScenarioAnswer> => {
  const tasks = o.scenarios.map(s => ({ s, designs: o.designs.filter(d => o.isAsked?.(s, d) !== false) }));
  const total = tasks.reduce((n, t) => n + t.designs.length, 0);
  let done = 0;
  const told = (c: Cell): void => {
    o.onCell?.(c);
    o.onProgress?.(++done, total, `${c.scenario} ${c.design}`);
  };
  const inOrder = async (answer: Answer, atOnce: number): Promise<ScenarioAnswer> => {
    const answers = new Map<Scenario, ScenarioAnswer>();
    const queue = [...tasks];
    const worker = async (): Promise<void> => {
      for (let t = queue.shift(); t !== undefined && o.signal?.aborted !== true; t = queue.shift())
        answers.set(t.s, await answer(t.s, t.designs, told));
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    const found = tasks.flatMap(t => answers.get(t.s) ?? []);
    const problems = new Map<string, Problem>();
    for (const p of found.flatMap(a => a.problems)) problems.set(JSON.stringify(p), p);
    return { cells: found.flatMap(a => a.cells), problems: [...problems.values()] };
  };
  const limits = { timeoutMs: o.solverBudgetMs, ...(o.signal && { signal: o.signal }) };
  if (o.jobs > 1 && tasks.length > 1) {
    const crew = createCrew(Math.min(o.jobs, tasks.length), o.engines);
    try {
      return await inOrder(async (s, designs, onCell) => {
        const answer = await crew.answer(s, designs, limits);
        answer.cells.forEach(onCell);
        return answer;
      }, tasks.length);
    } finally {
      await crew.close();
    }
  }
  const pool = o.engines === 'both' ? (await import('../encodings/solver/pool.js')).createPool({ jobs: 1 }) : undefined;
  const engines = { ...limits, ...(pool && { pool }) };
  try {
    // While the solver works on one scenario, the next is explored.
    return await inOrder(
      (s, designs, onCell) => answerScenario(s, designs, engines, onCell),
      pool === undefined ? 1 : 2,
    );
  } finally {
    await pool?.close();
  }
};
