/**
 * The shipped scenarios meet their expectations, under a handful of designs and by explicit search alone.
 * The whole matrix with both engines is `holdfast compare`.
 */
import { expect, it } from 'vitest';
import { designNamed } from '../model/designs/index.js';
import { compareAll } from '../proofs/matrix.js';
import { expectationOf, loadScenarios } from '../scenarios/header.js';

const { scenarios } = await loadScenarios('scenarios');
/** One of each dialect, with and without addresses; a kernel; and a row that only asks about sections. */
const ids = ['ptr-id', 'linux-6.18', 'lock-address', 'locks-offset', 'rbtree-owns-lock', 'hidden-vars'];

// All designs at once: what they share is worked out once.
const designs = ids.flatMap(id => designNamed(id) ?? []);
const { cells, problems } = await compareAll({ designs, scenarios, jobs: 1, engines: 'explicit', solverBudgetMs: 0 });

it('every scenario can be read', () => {
  expect(designs.map(d => d.id)).toEqual(ids);
  expect(problems).toEqual([]);
  expect(cells.length).toBe(scenarios.length * designs.length);
});

it.each(ids)('every scenario is as its header expects under %s', id => {
  const asked = new Set(scenarios.filter(s => expectationOf(s.header, id) !== undefined).map(s => s.id));
  const mine = cells.filter(c => c.design === id && asked.has(c.scenario));
  expect(mine.length).toBeGreaterThan(0);
  const wrong = mine.filter(c => c.expected?.met !== true || c.cell === 'unknown');
  const text = wrong.map(
    c =>
      `${c.scenario}: expected ${c.expected?.text ?? ''}; got ${c.verdict} ${c.guard ?? ''}, ${c.property ?? c.safety}`,
  );
  expect(text).toEqual([]);
  // Whatever is shown was replayed.
  expect(mine.filter(c => c.counterexample?.replayed === false)).toEqual([]);
});
