/** Scenarios under rules that were changed: what a program that was rejected may do when a guard is gone. */
import type { Design, Dialect } from '../model/design.js';
import { dialectOf } from '../model/design.js';
import type { Rules } from '../model/rules/index.js';
import type { SystemSpec } from '../model/system.js';
import type { Scenario } from '../scenarios/header.js';
import type { Cell } from './cell.js';
import { readUnit, systemOf } from './scenario.js';
import { cellUnder } from './scenario-cells.js';

/** Scenarios as systems, read once for each way that locks are written. */
export interface Library {
  readonly systems: (d: Dialect) => Promise<readonly { readonly id: string; readonly spec: SystemSpec }[]>;
}

export const libraryOf = (scenarios: readonly Scenario[]): Library => {
  const known = new Map<Dialect, Promise<{ id: string; spec: SystemSpec }[]>>();
  const read = async (dialect: Dialect): Promise<{ id: string; spec: SystemSpec }[]> => {
    const out: { id: string; spec: SystemSpec }[] = [];
    for (const s of scenarios) {
      const unit = await readUnit(s.file, s.source, dialect, new Map([...s.header.loops, ...s.header.callbacks]));
      if (!unit.ok) continue;
      const system = systemOf(s, unit.unit);
      if (system.ok) out.push({ id: s.id, spec: system.spec });
    }
    return out;
  };
  return {
    systems: dialect => {
      let list = known.get(dialect);
      if (list === undefined) known.set(dialect, (list = read(dialect)));
      return list;
    },
  };
};

/** The events that a program or a run of user space may meet. */
const eventsOf = (spec: SystemSpec): Set<string> =>
  new Set([
    'load_btf',
    'load_map',
    'create_map',
    'exit',
    ...spec.unit.programs.flatMap(p => p.edges.map(e => (e.does.event === 'call' ? 'pass' : e.does.event))),
    ...spec.runs.flatMap(r => (r.kind === 'user' ? r.events.map(e => `user_${e.event}`) : [])),
  ]);

/** The cells of all scenarios that have one of the events, by the explicit engine. */
export const cellsUnder = async (
  library: Library,
  design: Design,
  rules: Rules,
  events: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<Cell[]> => {
  const cells: Cell[] = [];
  for (const { id, spec } of await library.systems(dialectOf(design))) {
    if (signal?.aborted === true) break;
    if (![...eventsOf(spec)].some(e => events.has(e))) continue;
    cells.push(await cellUnder({ id, spec, design, rules }, { timeoutMs: 1000 }));
    await new Promise(resolve => setImmediate(resolve));
  }
  return cells;
};

/** The events whose verifier rule has the guard. */
export const eventsWith = (rules: Rules, guard: string): Set<string> =>
  new Set([...rules.values()].filter(e => e.verifier.guards.some(g => g.name === guard)).map(e => e.event));
