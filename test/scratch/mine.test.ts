import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { it } from 'vitest';
import { createPool } from '../../encodings/solver/pool.js';
import { randomSystem } from '../agreement/programs.js';
import { enginesAgree, newTally, tallyText } from '../agreement/property.js';
it('agrees', async () => {
  const pool = createPool({ jobs: 1 });
  const tally = newTally();
  try {
    await fc.assert(fc.asyncProperty(randomSystem(Number(process.env.BLOCKS ?? 1)), enginesAgree(pool, tally)), { numRuns: Number(process.env.RUNS ?? 50), seed: Number(process.env.SEED ?? 1), includeErrorInReport: true, ...(process.env.NOSHRINK && {endOnFailure: true}) });
  } finally {
    console.log(tallyText(tally), pool.counts());
    writeFileSync(`/tmp/unsound-${process.env.SEED ?? 1}.txt`, tally.unsound.join('\n\n'));
    await pool.close();
  }
}, 3_000_000);
