/** That pruning loses nothing is proved for a design whole; each of three mistakes that kernels have made is found, by name. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { createPool } from '../../encodings/solver/pool.js';
import { closures } from '../../encodings/closures.js';
import { grounder } from '../../encodings/ground.js';
import { allDesigns, designNamed } from '../../model/designs/index.js';
import type { Design } from '../../model/design.js';
import { rulesOf } from '../../model/rules/index.js';
import { statesEqual } from '../../model/rules/states-equal.js';
import { verifierOfProgram } from '../../encodings/verifier.js';
import { idsByFrame } from '../../model/rules/ids-by-frame.js';
import { pruningFixes } from '../../proofs/history/pruning.js';
import type { PruningProof } from '../../proofs/pruning.js';
import { provePruning } from '../../proofs/pruning.js';
import { SHOWN, createProver } from '../../proofs/prover.js';
import { plainSystem, readUnit } from '../../proofs/scenario.js';
import { noMapNoEntry } from '../../proofs/well-formed.js';
import { some } from '../thorough.js';

const pool = createPool({ jobs: 2 });
const prover = createProver(pool);
afterAll(() => pool.close());

const design = (id: string): Design => {
  const d = designNamed(id);
  if (d === undefined) throw new Error(`no ${id}`);
  return d;
};
const prove = (id: string, options: Parameters<typeof provePruning>[3] = {}): Promise<PruningProof> =>
  provePruning(design(id), rulesOf(design(id)), prover, options);
const openIn = (p: PruningProof): string[] => p.obligations.flatMap(o => o.open.map(part => `${o.name}: ${part}`));
const timeout = 60_000;

describe('a state that is skipped can do nothing its witness could not', () => {
  it('of every rule of ptr-id', { timeout }, async () => {
    const p = await prove('ptr-id');
    expect(openIn(p)).toEqual([]);
    expect(p.obligations.length).toBeGreaterThan(100);
    expect(new Set(p.obligations.map(o => o.name)).size).toBe(p.obligations.length);
    expect(p.used.map(c => c.name)).toEqual(['zero-is-no-reference']);
    expect(p.witnessed).toBe(true);
    expect(p.vacuous).toEqual(['bpf_structure_lock', 'bpf_structure_unlock']);
  });

  it('where a design keeps addresses', { timeout }, async () => {
    const only = ['bpf_map_lookup_elem', 'inner_lookup', 'bpf_spin_lock', 'bpf_spin_unlock', 'bpf_list_push_front'];
    const p = await prove('lock-address', { only });
    expect(openIn(p)).toEqual([]);
    expect(p.used.length).toBe(3);
  });

  it('of releases and insertions, in every design', { timeout }, async () => {
    const only = ['bpf_spin_unlock', 'bpf_structure_unlock', 'bpf_list_push_front', 'bpf_res_spin_unlock'];
    for (const d of some(allDesigns)) expect(openIn(await prove(d.id, { only })), d.id).toEqual([]);
  });
});

const undone = pruningFixes.flatMap(f =>
  f.cases.map(c => ({
    commit: f.fix.join(),
    title: f.title,
    ids: f.name === 'prune-frames' ? idsByFrame : c.change.ids,
  })),
);

describe('what the comparison must not leave out', () => {
  it.each(undone)('$commit, $title', { timeout }, async ({ ids }) => {
    expect(ids).toBeDefined();
    const p = await prove('ptr-id', {
      statesEqual: statesEqual(ids),
      only: ['bpf_spin_unlock', 'bpf_list_push_front'],
    });
    expect(openIn(p)).toEqual([
      'simulated:bpf_spin_unlock:guards: unlock-same-lock',
      'simulated:bpf_list_push_front:guards: head-lock-matches',
    ]);
    for (const o of p.obligations.filter(x => x.open.length > 0)) expect(o.verdict.reason).toBe(SHOWN);
  });

  const whole = statesEqual();
  const clauses = whole.op === 'and' ? whole.args : [];
  it.each(some(clauses).map(c => [c.op === 'called' ? c.words : '', c] as const))(
    '%s',
    { timeout },
    async (_, clause) => {
      const p = await prove('ptr-id', {
        statesEqual: { op: 'and', sort: whole.sort, args: clauses.filter(c => c !== clause) },
        only: ['bpf_spin_unlock', 'bpf_obj_drop', 'bpf_rcu_read_lock', 'exit', 'test'],
      });
      expect(openIn(p)).not.toEqual([]);
    },
  );
});

it('what is assumed of worlds and operands is so in scenarios', async () => {
  for (const scenario of ['pruning/swapped', 'map-in-map/crossed-keys', 'pruning/lock-on-either']) {
    const file = `scenarios/${scenario}.bpf.c`;
    const read = await readUnit(file, readFileSync(file, 'utf8'), 'same-value');
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const spec = plainSystem(read.unit);
    for (const run of spec.runs) {
      if (run.kind !== 'program') continue;
      for (const e of run.program.edges) if (e.does.event === 'set') expect(e.does.to).not.toEqual([]);
      const d = design('lock-address');
      const { layout } = verifierOfProgram(spec, d, rulesOf(d), run);
      const holds = grounder(layout).term(noMapNoEntry.holds, new Map());
      expect(closures()(holds)(new Int32Array(layout.vars.length))).toBe(1);
    }
  }
});
