/** The answers of a comparison, kept so that only what changed is asked again. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Design } from '../model/design.js';
import type { AllProgramsAnswer } from '../proofs/all-programs.js';
import type { Cell } from '../proofs/cell.js';
import { idOfCell } from '../reports/id.js';
import type { Problem } from '../reports/matrix.js';
import type { Scenario } from '../scenarios/header.js';
import type { AskOptions, Asked } from './asked.js';
import type { Context } from './context.js';
import { isDesignFile, otherDesigns } from './designs.js';
import { includeFolders, includedBy } from './includes.js';
import type { Io } from './io.js';
import type { EngineOptions } from './options.js';
import { progressOn } from './progress.js';
import { scenariosFolder } from './scenarios.js';
import type { Places } from './watch.js';

export interface Answers {
  readonly cells: readonly Cell[];
  readonly problems: readonly Problem[];
  /** About any accepted program, where that was asked. */
  readonly allPrograms: readonly AllProgramsAnswer[];
}

export type Touched = (s: Scenario, d: Design) => boolean;

interface AnswerOptions extends EngineOptions {
  readonly quiet?: boolean;
  readonly programRuns?: number;
}

/** Returns what answers the cells that are asked and touched; and about any program of these designs, up to `most` states. */
export const answerer =
  (o: AnswerOptions, most: number, { io, engine }: Context, telling: (asked: Asked) => (c: Cell) => void) =>
  async (asked: Asked, isTouched: Touched, designs: readonly Design[]): Promise<Answers> => {
    const progress = progressOn(io, o.quiet === true);
    const onProgress = (done: number, total: number, what: string): void => {
      progress.show(done, total, what);
    };
    const isAsked: Touched = (s, d) => asked.isAsked(s, d) && isTouched(s, d);
    const { cells, problems } = await engine.compareAll({
      scenarios: asked.scenarios.filter(s => asked.designs.some(d => isAsked(s, d))),
      designs: asked.designs,
      isAsked,
      jobs: o.jobs,
      engines: o.engine,
      solverBudgetMs: o.timeout * 1000,
      signal: io.signal,
      onCell: telling(asked),
      onProgress,
    });
    const allPrograms =
      most === 0 || io.signal.aborted
        ? []
        : await engine.answerAllPrograms(
            designs.filter(d => d.axis === undefined),
            {
              maxStates: most,
              ...(o.programRuns !== undefined && { sizes: { runs: o.programRuns } }),
              jobs: o.jobs,
              signal: io.signal,
              onProgress,
            },
          );
    progress.clear();
    return { cells, problems, allPrograms };
  };

const closureOf = (s: Scenario): ReadonlySet<string> => includedBy(s.file, includeFolders());

/** Pairs that have to be asked again: of a scenario or header that changed, of a design that changed, and new ones. */
export const touchedBy = (before: Asked, now: Asked, changed: ReadonlySet<string>): Touched => {
  const old = new Map(before.scenarios.map(s => [s.id, s]));
  const isOther = (s: Scenario): boolean =>
    old.get(s.id)?.source !== s.source || [...closureOf(s)].some(f => changed.has(f));
  const scenarios = new Set(now.scenarios.filter(isOther));
  const designs = new Set(otherDesigns(before.designs, now.designs));
  return (s, d) => scenarios.has(s) || designs.has(d);
};

/** True iff there is nothing to tell but cells: the same is asked, and the same is wrong with the question. */
export const sameQuestions = (before: Asked, now: Asked): boolean => {
  const told = (a: Asked): string => JSON.stringify([a.problems, a.scenarios.map(s => s.id), a.designs.map(d => d.id)]);
  return told(before) === told(now);
};

/** The old answers with the fresh ones in their places, in the order of what is asked now. */
export const merged = (old: Answers, fresh: Answers, now: Asked, isTouched: Touched): Answers => {
  const cells = new Map([...old.cells, ...fresh.cells].map(c => [idOfCell(c), c]));
  const designs = new Set(now.designs.map(d => d.id));
  const allPrograms = new Map([...old.allPrograms, ...fresh.allPrograms].map(a => [a.design, a]));
  // The problems of a file go when all that is asked of it is answered again, and with the scenarios that read it.
  const isKept = (s: Scenario): boolean => now.designs.some(d => now.isAsked(s, d) && !isTouched(s, d));
  const kept = new Set(now.scenarios.filter(isKept).flatMap(s => [...closureOf(s)]));
  const problems = [...old.problems.filter(p => kept.has(resolve(p.at.file))), ...fresh.problems];
  return {
    cells: now.scenarios.flatMap(s =>
      now.designs
        .filter(d => now.isAsked(s, d))
        .flatMap(d => cells.get(idOfCell({ scenario: s.id, design: d.id })) ?? []),
    ),
    problems: [...new Map(problems.map(p => [JSON.stringify(p), p])).values()],
    allPrograms: [...allPrograms.values()].filter(a => designs.has(a.design)),
  };
};

/** Where scenarios, their headers and proposals lie, or may lie. */
export const placesOf = (names: readonly string[], o: AskOptions, asked: Asked | undefined, io: Io): Places => {
  const named = names.map(n => resolve(io.cwd, n));
  const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return {
    files: [
      ...named.filter(n => n.endsWith('.c')),
      ...(o.design ?? []).filter(isDesignFile).map(f => resolve(io.cwd, f)),
      ...(asked?.scenarios.flatMap(s => [...closureOf(s)]) ?? []),
    ],
    folders: [...new Set([scenariosFolder(o.scenarios, io), ...named.filter(isFolder)])],
  };
};
