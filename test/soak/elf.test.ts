/** What test/frontends/elf/damage.test.ts asks of the reader of objects, for as long as wanted: only under `npm run soak`. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply, damaged, readsOrSaysWhere } from '../frontends/elf/damage.js';
import { fixture, FIXTURES } from '../frontends/elf/reading.js';

const isSoak = process.env['HOLDFAST_SOAK'] !== undefined;
const seed = Number(process.env['HOLDFAST_SEED'] ?? Date.now() % 2 ** 31);
const runs = Number(process.env['HOLDFAST_RUNS'] ?? 200_000);
const AT_ONCE = 20_000;

describe.skipIf(!isSoak)(`damaged objects, seed ${String(seed)}`, () => {
  it('are read, or refused with the place of the damage', { timeout: 24 * 3_600_000 }, () => {
    const objects = FIXTURES.map(fixture);
    let refused = 0;
    for (let done = 0; done < runs; done += AT_ONCE) {
      const numRuns = Math.min(AT_ONCE, runs - done);
      fc.assert(
        fc.property(damaged(objects.length), ([which, damages]) => {
          if (!readsOrSaysWhere(apply(objects[which] ?? new Uint8Array(), damages))) refused++;
        }),
        { numRuns, seed: seed + done },
      );
      process.stderr.write(`${String(done + numRuns)} objects, seed ${String(seed + done)}\n`);
    }
    expect(refused).toBeGreaterThan(0);
  });
});
