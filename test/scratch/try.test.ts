import fc from 'fast-check';
import { expect, it } from 'vitest';
import { randomSystem } from '../agreement/programs.js';
import { rulesOf } from '../../model/rules/index.js';
import type { Design } from '../../model/design.js';
import { safetyOf, verdictsOf } from '../../proofs/answers.js';
import { createPool } from '../../encodings/solver/pool.js';
const d: Design = { id: 'ptr-id', title: '', source: { author: 'x' }, baseline: 'linux-6.12', identity: ['ptr', 'id'], ids: { global: 'zero', callbackValue: 'zero' }, guard: 'same-allocation', placement: { where: 'anywhere', locksPerValue: 'one' }, innerMaps: 'template', held: 'one', teardown: 'same-value', sections: { rules: [] }, hasGraphs: true, syscallMask: true, annotations: [] };
it('agrees', async () => {
  const rules = rulesOf(d);
  const pool = createPool({ jobs: 2 });
  const e = { pool, timeoutMs: 20000 };
  const n = { accept: 0, reject: 0, unknown: 0, safe: 0, violated: 0, both: 0 } as Record<string, number>;
  let tx = 0, tv = 0;
  await fc.assert(fc.asyncProperty(randomSystem(), async spec => {
    const t0 = performance.now();
    const v = await verdictsOf(spec, d, rules, e);
    const t1 = performance.now();
    const s = await safetyOf(spec, d, rules, e);
    tx += performance.now() - t1; tv += t1 - t0;
    for (const p of v.programs) n[p.verdict] = (n[p.verdict] ?? 0) + 1;
    n[s.safety] = (n[s.safety] ?? 0) + 1;
    if (v.programs.every(p => p.verdict === 'accept')) n.both = (n.both ?? 0) + 1;
    if (s.safety === 'unknown') console.log(s.explicit, s.smt);
    expect([...v.disagreements, ...s.disagreements]).toEqual([]);
    if (v.programs.every(p => p.verdict === 'accept') && s.safety === 'violated') { console.log('UNSOUND', JSON.stringify(spec.runs.map(r => r.kind === 'program' && r.program.edges.map(x => x.does))), s.counterexample); throw new Error('unsound'); }
  }), { numRuns: Number(process.env.RUNS ?? 50), seed: Number(process.env.SEED ?? 1) });
  console.log(n, 'verdict ms', tv, 'safety ms', tx, pool.counts());
  await pool.close();
}, 600000);
