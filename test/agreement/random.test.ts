/** Explicit search and solver on random systems: small ones, and fewer larger ones. `npm run soak` asks many more. */
import { afterAll, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { createPool } from '../../encodings/solver/pool.js';
import { cases, isThorough, seed } from '../thorough.js';
import { randomSystem } from './programs.js';
import { enginesAgree, newTally, tallyText } from './property.js';

const pool = createPool({ jobs: 1 });
afterAll(() => pool.close());

// At once: while the solver works for one, the other explores.
it.concurrent.each([
  { what: 'of one block', blocks: 1, numRuns: cases(350) },
  { what: 'of up to three blocks', blocks: 3, numRuns: cases(150) },
])('explicit search and solver agree on programs $what', { timeout: 600_000 }, async ({ blocks, numRuns }) => {
  const tally = newTally();
  await fc.assert(fc.asyncProperty(randomSystem(blocks), enginesAgree(pool, tally)), { numRuns, seed });
  const count = (key: string): number => tally.counts.get(key) ?? 0;
  if (process.env['HOLDFAST_SHOW'] !== undefined)
    process.stderr.write(`${tallyText(tally)}\n${tally.unsound.join('\n\n')}\n`);
  // The property says little if nearly everything is turned away at the first guard, or never answered.
  const verdicts = count('accept') + count('reject');
  expect(count('accept')).toBeGreaterThan(verdicts / 5);
  expect(count('all accepted: safe')).toBeGreaterThan(numRuns / 10);
  expect(count('machine: violated')).toBeGreaterThan(numRuns / 10);
  expect(tally.guards.size).toBeGreaterThan(isThorough ? 15 : 10);
  expect(tally.unknown.length).toBeLessThan(numRuns / 50);
});
