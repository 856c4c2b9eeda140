/** What a design lets *any* accepted program do, at a small finite size: the answer beside its scenarios. */
import type { Design } from '../model/design.js';
import type { At } from '../model/program.js';
import type { PropertyId } from '../model/properties.js';
import type { Rules } from '../model/rules/index.js';
import { rulesOf } from '../model/rules/index.js';
import type { SystemSpec } from '../model/system.js';
import type { Sizes } from '../encodings/all-programs.js';
import { DEFAULT_SIZES, allProgramsKey } from '../encodings/all-programs.js';
import { lists } from '../encodings/themes/lists.js';
import type { Counterexample } from './cell.js';
import { createCrew } from './crew.js';
import { modelOnlyStep } from './kernel-finding.js';
import type { Search } from './refute.js';
import { searchTheme } from './refute.js';

export interface AllProgramsAnswer {
  readonly design: string;
  /**
   * `safe`: every reachable state was seen. `violated`: finished programs break something. `not-completed`: something breaks, but
   * no programs that do it could be finished, so nothing is shown of any accepted program. `bound-reached`: no violation so far,
   * which proves nothing.
   */
  readonly outcome: 'safe' | 'violated' | 'not-completed' | 'bound-reached';
  readonly property: PropertyId | null;
  readonly counterexample: Counterexample | null;
  /** The programs of the counterexample, and the step of theirs that is not to be loaded into a kernel, if any. */
  readonly program: { readonly spec: SystemSpec; readonly modelOnly: At | null } | null;
  readonly states: number;
  readonly sizes: Sizes;
}

export interface AllProgramsOptions {
  readonly maxStates: number;
  /** Threads that search side by side; this one alone unless given. */
  readonly jobs?: number;
  /** What differs from the default sizes. */
  readonly sizes?: Partial<Sizes>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, what: string) => void;
}

const outcomeOf = (s: Search): AllProgramsAnswer['outcome'] =>
  s.finished !== null
    ? 'violated'
    : s.unfinished > 0 || s.exploration.kind === 'violated'
      ? 'not-completed'
      : s.exploration.kind;

/** The answer for one design. */
export const anyProgram = (design: Design, rules: Rules, sizes: Sizes, maxStates: number): AllProgramsAnswer => {
  const s = searchTheme(design, rules, lists, sizes, { maxStates });
  const counterexample = s.finished?.counterexample ?? null;
  return {
    design: design.id,
    outcome: outcomeOf(s),
    property: counterexample?.property ?? null,
    counterexample,
    program:
      s.finished === null
        ? null
        : { spec: s.finished.spec, modelOnly: modelOnlyStep(design, s.finished.spec, s.finished.counterexample) },
    states: s.exploration.states,
    sizes,
  };
};

/** One answer a design, in their order; designs that differ in nothing the system meets share one search. */
export const answerAllPrograms = async (
  designs: readonly Design[],
  o: AllProgramsOptions,
): Promise<AllProgramsAnswer[]> => {
  const sizes: Sizes = { ...DEFAULT_SIZES, ...o.sizes };
  const asked = designs.filter(d => d.hasGraphs);
  const known = new Map<string, Promise<AllProgramsAnswer | null>>();
  const crew = o.jobs !== undefined && o.jobs > 1 && asked.length > 1 ? createCrew(o.jobs, 'explicit') : undefined;
  let done = 0;
  const search = async (design: Design, rules: Rules): Promise<AllProgramsAnswer | null> => {
    const { maxStates, signal } = o;
    if (signal?.aborted === true) return null;
    if (crew !== undefined) return crew.anyProgram(design, { sizes, maxStates, ...(signal && { signal }) });
    return anyProgram(design, rules, sizes, maxStates);
  };
  try {
    const answers: Promise<AllProgramsAnswer | null>[] = [];
    for (const design of asked) {
      const rules = rulesOf(design);
      const key = allProgramsKey(design, rules, sizes);
      let answer = known.get(key);
      if (answer === undefined) known.set(key, (answer = search(design, rules)));
      answers.push(
        answer.then(a => {
          o.onProgress?.(++done, asked.length, `any program, ${design.id}`);
          return a === null ? null : { ...a, design: design.id };
        }),
      );
      // Lets signals and progress through.
      await new Promise(resolve => setImmediate(resolve));
    }
    return (await Promise.all(answers)).flatMap(a => a ?? []);
  } finally {
    await crew?.close();
  }
};
