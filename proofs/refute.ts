/** The smallest finished program, over the themes, that breaks a property under some rules. */
import type { Design } from '../model/design.js';
import type { PropertyId } from '../model/properties.js';
import type { Rules } from '../model/rules/index.js';
import type { SystemSpec } from '../model/system.js';
import { allPrograms } from '../encodings/all-programs.js';
import type { Exploration } from '../encodings/explore.js';
import { explore } from '../encodings/explore.js';
import type { Sizes, Theme } from '../encodings/themes/theme.js';
import { themes } from '../encodings/themes/index.js';
import type { Counterexample } from './cell.js';
import type { Finished } from './finished-program.js';
import { finished, planKey, planOf, workshopOf } from './finished-program.js';

export interface Refutation {
  readonly spec: SystemSpec;
  readonly counterexample: Counterexample;
  readonly property: PropertyId;
  readonly theme: string;
  /** States that the search went through before it was found. */
  readonly states: number;
  /** The shortest way to break it that can be finished, and nothing can be left out of it. */
  readonly minimal: true;
}

/** A search of one theme, and what of it could be finished. */
export interface Search {
  readonly exploration: Exploration;
  /** The programs of the first violation that can be finished. */
  readonly finished: Finished | null;
  /** Steps of the violation that was finished. */
  readonly steps: number;
  /** How many different ways to break something were found that could not be. */
  readonly unfinished: number;
}

/** Ways to break something that are looked at before a search gives up on finishing one. */
const MAX_PLANS = 200;

/** Breadth first, so that the first violation which can be finished is a shortest one. Violations that can't be do not count. */
export const searchTheme = (
  design: Design,
  rules: Rules,
  theme: Theme,
  sizes: Sizes,
  o: { readonly maxStates: number; readonly property?: PropertyId; readonly maxSteps?: number },
): Search => {
  const m = allPrograms(design, rules, sizes, theme);
  const w = workshopOf(theme, m.spec.unit, design, rules, sizes.slots);
  const seen = new Set<string>();
  let best: Finished | null = null;
  let steps = 0;
  const exploration = explore(m, {
    reduce: false,
    forget: false,
    symmetry: m.symmetry,
    maxStates: o.maxStates,
    ...(o.property !== undefined && { property: o.property }),
    ...(o.maxSteps !== undefined && { maxSteps: o.maxSteps }),
    judge: v => {
      const plan = planOf(m, v.trace);
      const key = `${v.property} ${planKey(plan)}`;
      if (seen.has(key)) return false;
      seen.add(key);
      best = finished(w, plan, v.property);
      steps = v.trace.length;
      return best !== null ? true : seen.size >= MAX_PLANS ? 'stop' : false;
    },
  });
  return { exploration, finished: best, steps, unfinished: best === null ? seen.size : seen.size - 1 };
};

/**
 * The smallest finished program that breaks the property (any, if none is given) under the rules. Themes that have one of the
 * events are searched (all, if none are given): each for a shorter run than those before it have. Null: none within the bounds,
 * which proves nothing.
 */
export const refute = (
  design: Design,
  rules: Rules,
  wanted: {
    readonly property?: PropertyId;
    readonly events?: ReadonlySet<string>;
    /** Only these themes. */
    readonly themes?: ReadonlySet<string>;
  },
  o: { readonly maxStates: number; readonly signal?: AbortSignal },
): Refutation | null => {
  let best: Refutation | null = null;
  let fewest: number | undefined;
  for (const theme of themes) {
    if (o.signal?.aborted === true) return null;
    const unit = theme.unit(design);
    if (unit === null || !design.hasGraphs || wanted.themes?.has(theme.id) === false) continue;
    const { events } = wanted;
    const names = ['exit', ...theme.alphabet(unit, design, theme.sizes.slots).map(e => e.event)];
    if (events !== undefined && !names.some(name => events.has(name))) continue;
    const s = searchTheme(design, rules, theme, theme.sizes, {
      maxStates: o.maxStates,
      ...(wanted.property !== undefined && { property: wanted.property }),
      // A run of n states is found from the states that n - 1 steps lead to.
      ...(fewest !== undefined && { maxSteps: fewest - 1 }),
    });
    if (s.finished === null) continue;
    const { spec, counterexample } = s.finished;
    const { property } = counterexample;
    fewest = s.steps;
    best = { spec, counterexample, property, theme: theme.id, states: s.exploration.states, minimal: true };
    if (fewest <= 1) break;
  }
  return best;
};
