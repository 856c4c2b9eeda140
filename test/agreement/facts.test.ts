/** What proofs assume of every world holds in the finite world of every scenario; see proofs/facts.ts. */
import { describe, expect, it } from 'vitest';
import { checkerOf } from '../../checker/checker.js';
import type { PlainState } from '../../checker/universe.js';
import { TooLarge } from '../../encodings/graph.js';
import type { Machine } from '../../encodings/machine.js';
import { beginningOf } from '../../encodings/machine.js';
import type { Design } from '../../model/design.js';
import { dialectOf } from '../../model/design.js';
import { designNamed } from '../../model/designs/index.js';
import { rulesOf } from '../../model/rules/index.js';
import { verdictsOf } from '../../proofs/answers.js';
import { factsOf, initialEntries } from '../../proofs/facts.js';
import type { Conjunct } from '../../proofs/invariant/conjunct.js';
import { readUnit, systemOf } from '../../proofs/scenario.js';
import type { Scenario } from '../../scenarios/header.js';
import { isThorough } from '../thorough.js';
import { expectationOf, loadScenarios } from '../../scenarios/header.js';

const { scenarios } = await loadScenarios('scenarios');
/** One of each dialect; the first reads every scenario. */
const ids = ['ptr-id/callback-fresh', ...(isThorough ? ['locks-offset', 'rbtree-owns-lock'] : [])];
const designs = ids.flatMap(id => designNamed(id) ?? []);

const initial = (m: Pick<Machine, 'layout' | 'init'>): PlainState =>
  new Map([...m.layout.cells].map(([name, c]) => [name, c.table.map(v => (v < 0 ? -1 - v : (m.init[v] ?? 0)))]));

/** The facts that are false, or undefined if the scenario is not one of the design. */
const falseFacts = async (s: Scenario, design: Design): Promise<string[] | undefined> => {
  if (design !== designs[0] && expectationOf(s.header, design.id)?.verdict === 'not-applicable') return undefined;
  const rules = rulesOf(design);
  const read = await readUnit(s.file, s.source, dialectOf(design), new Map([...s.header.loops, ...s.header.callbacks]));
  const system = read.ok ? systemOf(s, read.unit) : undefined;
  if (system?.ok !== true) return undefined;
  const { programs } = design === designs[0] ? await verdictsOf(system.spec, design, rules, { timeoutMs: 0 }) : {};
  const isLoaded = programs?.every(p => p.verdict === 'accept') === true;
  let m: ReturnType<typeof beginningOf>;
  try {
    m = beginningOf(system.spec, design);
  } catch (e) {
    if (e instanceof TooLarge) return undefined;
    throw e;
  }
  // The engines lay out no cell where it does not exist, so of its domain there is nothing to ask.
  const asked: readonly Conjunct[] = [
    ...factsOf(rules).filter(f => !f.name.startsWith('domain.') && (isLoaded || !f.name.startsWith('loaded.'))),
    ...initialEntries,
  ];
  const c = checkerOf({ universe: m.world.inst, clauses: asked, steps: [], cells: [] });
  return c.allBroken(c.tables(initial(m))).map(f => `${s.id} under ${design.id}: ${f}`);
};

describe('facts of every world', () => {
  it.each(designs.map(d => [d.id, d] as const))('hold in the world of every scenario, read for %s', async (_, d) => {
    const wrong: string[] = [];
    let worlds = 0;
    for (const s of scenarios) {
      const found = await falseFacts(s, d);
      if (found === undefined) continue;
      worlds++;
      wrong.push(...found);
    }
    expect(wrong).toEqual([]);
    expect(worlds).toBeGreaterThan(d === designs[0] ? 350 : 100);
  });
});
