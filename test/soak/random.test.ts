/** What test/agreement/random.test.ts asks, for an hour or so: only under `npm run soak`. */
import { afterAll, describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { createPool } from '../../encodings/solver/pool.js';
import { randomSystem } from '../agreement/programs.js';
import { enginesAgree, newTally, tallyText } from '../agreement/property.js';

const isSoak = process.env['HOLDFAST_SOAK'] !== undefined;
const seed = Number(process.env['HOLDFAST_SEED'] ?? Date.now() % 2 ** 31);
const runs = Number(process.env['HOLDFAST_RUNS'] ?? 20_000);

describe.skipIf(!isSoak)(`random systems, seed ${String(seed)}`, () => {
  const pool = createPool({ jobs: 1 });
  afterAll(() => pool.close());

  it('explicit search and solver agree', { timeout: 24 * 3_600_000 }, async () => {
    const tally = newTally();
    // In parts, so that memory is freed and progress is seen.
    for (let part = 0; part * 500 < runs; part++) {
      const numRuns = Math.min(500, runs - part * 500);
      const blocks = 1 + (part % 3);
      await fc.assert(fc.asyncProperty(randomSystem(blocks), enginesAgree(pool, tally)), {
        numRuns,
        seed: seed + part,
        endOnFailure: process.env['HOLDFAST_NO_SHRINK'] !== undefined,
      });
      process.stderr.write(`${String(part * 500 + numRuns)} systems, seed ${String(seed + part)}\n`);
    }
    process.stderr.write(`${tallyText(tally)}\n${tally.unsound.join('\n\n')}\n`);
    expect(tally.unknown.length).toBeLessThan(runs / 50);
  });
});
