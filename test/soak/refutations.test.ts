/** Every refutation that the search over the themes finds is found again by scenario search in the BPF C it is printed as. */
import { afterAll, describe, expect, it } from 'vitest';
import { allDesigns } from '../../model/designs/index.js';
import { rulesOf } from '../../model/rules/index.js';
import type { PropertyId } from '../../model/properties.js';
import { properties as asked } from '../../model/properties.js';
import { themes } from '../../encodings/themes/index.js';
import { refute } from '../../proofs/refute.js';
import { readBack } from '../agreement/read-back.js';

const maxStates = Number(process.env['HOLDFAST_STATES'] ?? 10_000);
/** What a step can be seen to break; the first of any is asked for too. */
const properties = [undefined, ...(Object.keys(asked) as PropertyId[])].filter(
  p => p !== 'bad-prune' && p !== 'wrong-lock',
);

describe.runIf(process.env['HOLDFAST_SOAK'] === '1')('refutations found by search', () => {
  let found = 0;
  afterAll(() => {
    console.log(`${String(found)} refutations found by search, each found again in the program as printed`);
  });
  it.each(allDesigns.map(d => [d.id, d] as const))('%s', { timeout: 24 * 3_600_000 }, async (_, design) => {
    const rules = rulesOf(design);
    for (const theme of themes)
      for (const property of properties) {
        const r = refute(
          design,
          rules,
          { ...(property !== undefined && { property }), themes: new Set([theme.id]) },
          { maxStates },
        );
        if (r === null) {
          // Where nothing breaks within the bound, nothing in particular does.
          if (property === undefined) break;
          continue;
        }
        found++;
        const { cell, text } = await readBack(design, r);
        expect([cell?.verdict, cell?.cell], text).toEqual(['accept', 'unsound']);
        // Where something else breaks sooner, that is what the scenario search reports.
        const steps = cell?.counterexample?.steps.length ?? Infinity;
        const own = r.counterexample.steps.length;
        if (property === undefined || cell?.property === property)
          expect([cell?.property, steps], text).toEqual([r.property, own]);
        else expect(steps, text).toBeLessThanOrEqual(own);
      }
  });
});
