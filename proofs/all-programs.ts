/** What a design lets *any* accepted program do, at a small finite size: the answer beside its scenarios. */
import type { Design } from '../model/design.js';
import type { PropertyId } from '../model/properties.js';
import type { Rules } from '../model/rules/index.js';
import { rulesOf } from '../model/rules/index.js';
import type { Sizes } from '../encodings/all-programs.js';
import { DEFAULT_SIZES, allPrograms, allProgramsKey } from '../encodings/all-programs.js';
import { explore } from '../encodings/explore.js';
import type { Counterexample } from './cell.js';
import { createCrew } from './crew.js';
import { replay } from './trace.js';

export interface AllProgramsAnswer {
  readonly design: string;
  /** `safe`: every reachable state was seen. `bound-reached`: no violation so far, which proves nothing. */
  readonly outcome: 'safe' | 'violated' | 'bound-reached';
  readonly property: PropertyId | null;
  readonly counterexample: Counterexample | null;
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

/** The answer for one design. */
export const anyProgram = (design: Design, rules: Rules, sizes: Sizes, maxStates: number): AllProgramsAnswer => {
  const m = allPrograms(design, rules, sizes);
  const x = explore(m, { reduce: false, forget: false, symmetry: m.symmetry, maxStates });
  const counterexample = x.kind === 'violated' ? replay(m, x.first) : null;
  return {
    design: design.id,
    outcome: x.kind,
    property: counterexample?.property ?? null,
    counterexample,
    states: x.states,
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
