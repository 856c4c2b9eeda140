/** Which properties of a design are refuted by a program that we have: a scenario that it accepts and that breaks them. */
import type { Design } from '../model/design.js';
import type { PropertyId } from '../model/properties.js';
import type { Scenario } from '../scenarios/header.js';
import type { Cell } from './cell.js';
import type { Refutation } from './claims.js';

/** User space that does what no kernel lets it do refutes nothing. */
export const isHypotheticalScenario = (s: Scenario): boolean =>
  s.header.runs.some(r => r.kind === 'user' && r.events.some(e => e.event === 'update_unmasked'));

/** Returns true iff the cell shows programs that its design accepts, and a run of them that breaks the property. */
export const refutes = (c: Cell, property: PropertyId): boolean =>
  c.cell === 'unsound' &&
  c.counterexample !== null &&
  (c.counterexample.property === property || (property === 'wrong-lock' && c.counterexample.wrongLock !== null));

/** The shortest refutation of each property, by design; of those that are as short, one that was written for it. */
export const refutationsOf = (
  cells: readonly Cell[],
  scenarios: readonly Scenario[],
): ReadonlyMap<Design['id'], ReadonlyMap<PropertyId, Refutation>> => {
  const hypothetical = new Set(scenarios.filter(isHypotheticalScenario).map(s => s.id));
  const byId = new Map(scenarios.map(s => [s.id, s]));
  /** Less is better: a header that speaks of the design, then the shorter file. */
  const rank = (scenario: string, design: string): number => {
    const s = byId.get(scenario);
    return s === undefined ? 0 : s.source.length - (s.header.expect.has(design) ? 1e9 : 0);
  };
  const out = new Map<string, Map<PropertyId, Refutation>>();
  for (const c of cells) {
    const x = c.counterexample;
    if (c.cell !== 'unsound' || x === null || !x.replayed || hypothetical.has(c.scenario)) continue;
    const mine = out.get(c.design) ?? new Map<PropertyId, Refutation>();
    out.set(c.design, mine);
    const add = (property: PropertyId, reason: string): void => {
      const before = mine.get(property);
      const more = before === undefined ? -1 : x.steps.length - before.steps;
      if (
        before !== undefined &&
        (more > 0 || (more === 0 && rank(before.scenario, c.design) <= rank(c.scenario, c.design)))
      )
        return;
      mine.set(property, { scenario: c.scenario, steps: x.steps.length, reason, replayed: x.replayed, found: null });
    };
    add(x.property, x.reason);
    if (x.wrongLock !== null) add('wrong-lock', x.wrongLock);
  }
  return out;
};
