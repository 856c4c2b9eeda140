/** Which properties of a design are refuted by a program that we have: a scenario that it accepts and that breaks them. */
import type { Design } from '../model/design.js';
import type { PropertyId } from '../model/properties.js';
import type { Scenario } from '../scenarios/header.js';
import type { Cell } from './cell.js';
import type { Refutation } from './claims.js';

/** User space that does what no kernel lets it do refutes nothing. */
export const isHypotheticalScenario = (s: Scenario): boolean =>
  s.header.runs.some(r => r.kind === 'user' && r.events.some(e => e.event === 'update_unmasked'));

/** The shortest refutation of each property, by design. */
export const refutationsOf = (
  cells: readonly Cell[],
  scenarios: readonly Scenario[],
): ReadonlyMap<Design['id'], ReadonlyMap<PropertyId, Refutation>> => {
  const hypothetical = new Set(scenarios.filter(isHypotheticalScenario).map(s => s.id));
  const out = new Map<string, Map<PropertyId, Refutation>>();
  for (const c of cells) {
    const x = c.counterexample;
    if (c.cell !== 'unsound' || x === null || !x.replayed || hypothetical.has(c.scenario)) continue;
    const mine = out.get(c.design) ?? new Map<PropertyId, Refutation>();
    out.set(c.design, mine);
    const add = (property: PropertyId, reason: string): void => {
      const before = mine.get(property);
      if (before !== undefined && before.steps <= x.steps.length) return;
      mine.set(property, { scenario: c.scenario, steps: x.steps.length, reason, replayed: x.replayed, found: null });
    };
    add(x.property, x.reason);
    if (x.wrongLock !== null) add('wrong-lock', x.wrongLock);
  }
  return out;
};
