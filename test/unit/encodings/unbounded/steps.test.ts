import { expect, it } from 'vitest';
import { stepsOf } from '../../../../encodings/unbounded/steps.js';
import { baselineOf } from '../../../../model/baseline.js';
import { allDesigns } from '../../../../model/designs/index.js';
import { rulesOf } from '../../../../model/rules/index.js';

/** What is checked before the first instruction, and what only scenarios ask about. */
const NO_STEP = ['load_btf', 'load_map', 'create_map', 'user_update_unmasked'];

it.each(allDesigns.filter(d => d.hasGraphs).map(d => [d.id, d] as const))('every event is a step of %s', (_, d) => {
  const rules = rulesOf(d);
  const events = new Set(stepsOf(rules, d).map(s => s.event));
  const left = [...rules.keys()].filter(e => !events.has(e) && !baselineOf[d.baseline].missing.has(e));
  expect(left).toEqual(NO_STEP);
});
