/**
 * The verifier's rules along one path that is made up as it goes: from a verifier state, what does an event lead to? Unlike
 * `verifier.ts`, which is given a finished program and looks at all its paths.
 */
import type { Design } from '../model/design.js';
import type { ProgramEvent, Unit } from '../model/program.js';
import type { Guard } from '../model/rule.js';
import type { Rules } from '../model/rules/index.js';
import type { ProgramRun, SystemSpec } from '../model/system.js';
import { verifierCells } from '../model/verifier-state.js';
import { anyOf, finishable } from './all-programs.js';
import type { Bound } from './bind.js';
import { bind, bindNamed } from './bind.js';
import { closures } from './closures.js';
import { finiteWorld } from './finite-world.js';
import type { G, GroundRule } from './ground.js';
import { domainTest } from './direct.js';
import { groundRule, grounder } from './ground.js';
import type { Layout } from './instance.js';
import { initialState, layoutOf } from './instance.js';
import type { Theme } from './themes/theme.js';
import { chainOf } from './themes/theme.js';

/** `never`: the path does not get there (a branch that can't be taken). `full`: a bound of the model. */
export type Step =
  | { readonly kind: 'on'; readonly state: Int32Array }
  | { readonly kind: 'rejected'; readonly guard: Guard; readonly event: string }
  | { readonly kind: 'never' }
  | { readonly kind: 'full' };

export interface VerifierWalk {
  readonly layout: Layout;
  readonly start: Int32Array;
  /** What is said of the map before the first instruction of a program that mentions it; null if nothing is wrong with it. */
  readonly load: (map: string) => Step;
  readonly step: (state: Int32Array, does: ProgramEvent) => Step;
  /** Returns true iff the event overwrites what a path needs to get to an accepted exit. */
  readonly loses: (state: Int32Array, does: ProgramEvent) => boolean;
}

/** More ids than any path of a small program has at once. */
const SPARE_IDS = 6;

/** Throws when an event is not of the theme's alphabet: the world is made for those. */
export const verifierWalk = (
  theme: Theme,
  unit: Unit,
  design: Design,
  rules: Rules,
  slots: number = theme.sizes.slots,
): VerifierWalk => {
  const program = anyOf(theme, unit, design, slots);
  const { context } = theme.program;
  const run: ProgramRun = { kind: 'program', name: 'run', program, cpu: 0, context, interrupts: [], load: 1 };
  const spec: SystemSpec = { unit, runs: [run], elements: new Map() };
  const ids = slots + SPARE_IDS;
  const world = finiteWorld(spec, design, [run], [], ids, 0);
  const layout = layoutOf(world.inst, verifierCells, domainTest(world.inst));
  const g = grounder(layout);
  const of = closures();
  const fresh = Array.from({ length: ids }, (_, i) => i + 1);
  const known = new Map<string, readonly (readonly GroundRule[])[]>();
  const ground = (list: readonly Bound[]): readonly (readonly GroundRule[])[] =>
    list.map(b => groundRule(g, b.rules.verifier, b.env, choice => (choice === 'fresh' ? fresh : undefined)));
  const kept = new Map<string, G>();
  const groundOf = (key: string, make: () => readonly Bound[]): readonly (readonly GroundRule[])[] => {
    let found = known.get(key);
    if (found === undefined) known.set(key, (found = ground(make())));
    return found;
  };
  const take = (state: Int32Array, all: readonly (readonly GroundRule[])[], event: string): Step => {
    let now = state;
    for (const some of all) {
      const r = some.find(x => of(x.where)(now) === 1);
      if (r === undefined) return { kind: 'never' };
      const k = r.guards.findIndex(x => of(x)(now) === 0);
      const guard = r.rule.guards[k];
      if (guard !== undefined) return { kind: 'rejected', guard, event };
      if (r.capacity.some(x => of(x)(now) === 0)) return { kind: 'full' };
      const next = Int32Array.from(now);
      for (const [i, x] of r.next) next[i] = of(x)(now);
      now = next;
    }
    return { kind: 'on', state: now };
  };
  const start = initialState(layout);
  return {
    layout,
    start,
    step: (state, does) =>
      take(
        state,
        groundOf(JSON.stringify(does), () => chainOf(does).flatMap(d => bind(rules, world, 0, d))),
        does.event,
      ),
    loses: (state, does) => {
      const key = `keeps ${JSON.stringify(does)}`;
      let keeps = kept.get(key);
      if (keeps === undefined) {
        const all = bind(rules, world, 0, does).flatMap(b => {
          const dst = b.env.get('dst');
          return dst === undefined ? [] : [g.term(finishable(dst, b.env.get('src')), b.env)];
        });
        kept.set(key, (keeps = g.p.and(all)));
      }
      return of(keeps)(state) === 0;
    },
    load: map => {
      const names = [map, ...(unit.maps.find(m => m.name === map)?.inner === undefined ? [] : [`${map}:inner`])];
      const all = groundOf(`load ${map}`, () =>
        names.map(name =>
          bindNamed(
            rules,
            'load_map',
            new Map([
              ['run', 0],
              ['map', world.ptr(name)],
            ]),
          ),
        ),
      );
      return take(start, all, 'load_map');
    },
  };
};
