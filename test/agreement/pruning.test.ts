import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { coversIn, verifierOfProgram, verify } from '../../encodings/verifier.js';
import { designNamed } from '../../model/designs/index.js';
import { rulesOf } from '../../model/rules/index.js';
import { statesEqual } from '../../model/rules/states-equal.js';
import { TRUE } from '../../model/term.js';
import { plainSystem, readUnit } from '../../proofs/scenario.js';

const design = designNamed('ptr-id');
if (design === undefined) throw new Error('no ptr-id');
const rules = rulesOf(design);

const systems = async (scenario: string) => {
  const file = `scenarios/${scenario}.bpf.c`;
  const read = await readUnit(file, readFileSync(file, 'utf8'), 'same-value');
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const spec = plainSystem(read.unit);
  return spec.runs.flatMap(run =>
    run.kind === 'program' ? [{ spec, run, v: verifierOfProgram(spec, design, rules, run) }] : [],
  );
};

describe('pruning', () => {
  it.each(['pruning/lock-on-either', 'pruning/swapped', 'pruning/across-frames', 'pruning/pointer-to-either'])(
    '%s: no path that is skipped would have been rejected',
    async scenario => {
      for (const { v } of await systems(scenario)) {
        const verdict = verify(v);
        expect(verdict.kind === 'accept' ? verdict.badPrune : null).toBeNull();
      }
    },
  );

  // 7c884339bbff, 4ea2bb158bec (2022): without comparing ids, a path on which the locks are swapped looks explored.
  it('misses an unlock of a different lock when ids are not compared', async () => {
    const holes: string[] = [];
    for (const scenario of [
      'pruning/lock-on-either',
      'pruning/swapped',
      'pruning/list-of-either',
      'pruning/dropped-on-one-path',
    ])
      for (const { spec, run, v } of await systems(scenario)) {
        if (verify(v).kind !== 'reject') continue;
        const ids = (v.world.inst.names.get('Id')?.length ?? 1) - 1;
        const verdict = verify({ ...v, covers: coversIn(spec, design, run, ids, v.layout, () => statesEqual(TRUE)) });
        if (verdict.kind === 'accept' && verdict.badPrune !== null)
          holes.push(`${scenario}: ${verdict.badPrune.guard}`);
      }
    expect(holes).not.toEqual([]);
  });
});
