/** What a design lets *any* accepted program do, at a small finite size: the answer beside its scenarios. */
import type { Design } from '../model/design.js';
import type { PropertyId } from '../model/properties.js';
import { rulesOf } from '../model/rules/index.js';
import type { Sizes } from '../encodings/all-programs.js';
import { DEFAULT_SIZES, allPrograms, allProgramsKey } from '../encodings/all-programs.js';
import { explore } from '../encodings/explore.js';
import type { Counterexample } from './cell.js';
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
  readonly sizes?: Sizes;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, what: string) => void;
}

/** One answer a design; designs that differ in nothing the system meets share one search. */
export const answerAllPrograms = async (
  designs: readonly Design[],
  o: AllProgramsOptions,
): Promise<AllProgramsAnswer[]> => {
  const sizes = o.sizes ?? DEFAULT_SIZES;
  const known = new Map<string, Omit<AllProgramsAnswer, 'design'>>();
  const out: AllProgramsAnswer[] = [];
  for (const [i, design] of designs.entries()) {
    if (o.signal?.aborted === true) break;
    o.onProgress?.(i, designs.length, `any program, ${design.id}`);
    await new Promise(resolve => setImmediate(resolve));
    if (!design.hasGraphs) continue;
    const rules = rulesOf(design);
    const key = allProgramsKey(design, rules, sizes);
    let answer = known.get(key);
    if (answer === undefined) {
      const m = allPrograms(design, rules, sizes);
      const x = explore(m, { reduce: false, forget: false, symmetry: m.symmetry, maxStates: o.maxStates });
      const counterexample = x.kind === 'violated' ? replay(m, x.first) : null;
      answer = { outcome: x.kind, property: counterexample?.property ?? null, counterexample, states: x.states, sizes };
      known.set(key, answer);
    }
    out.push({ design: design.id, ...answer });
  }
  return out;
};
