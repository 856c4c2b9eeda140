/** Proofs notice what they are about: one claim, and what becomes of it without a guard or an effect. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProofSurvey } from '../../../bench/proof-mutants.js';
import { proofSurvey } from '../../../bench/proof-mutants.js';
import type { Mutant } from '../../../encodings/mutation.js';
import { mutantsOf } from '../../../encodings/mutation.js';
import type { SolverPool } from '../../../encodings/solver/pool.js';
import { createPool } from '../../../encodings/solver/pool.js';
import { rulesOf } from '../../../model/rules/index.js';
import { readHints } from '../../../proofs/hints.js';
import { conjunctsOf } from '../../../proofs/invariant/index.js';
import { createProver } from '../../../proofs/prover.js';
import { named } from '../proofs/named.js';

const design = named('ptr-id');
/** What the proof of `lock-leak` rests on; `user-tamper` needs no invariant. */
const NEEDED = ['idle.verifier', 'lock.noted', 'lock.one', 'lock.stack'];

const mutant = (id: string): Mutant => {
  const m = mutantsOf(rulesOf(design)).find(x => x.id === id);
  if (m === undefined) throw new Error(`no mutant ${id}`);
  return m;
};

describe('the proofs of ptr-id', () => {
  let pool: SolverPool;
  let survey: ProofSurvey;
  beforeAll(async () => {
    pool = createPool({ jobs: 1 });
    const hints = readHints(readFileSync('proofs/hints.json', 'utf8'));
    const left = conjunctsOf(design).filter(c => !NEEDED.includes(c.name));
    // That the assumptions can hold is for `prove` to say, and takes seconds.
    const prover = { ...createProver(pool, { hints: hints.uses }), satisfiable: () => Promise.resolve(true) };
    survey = await proofSurvey(design, prover, {
      hints,
      properties: ['lock-leak', 'user-tamper'],
      without: new Set(left.map(c => c.name)),
    });
  });
  afterAll(() => pool.close());

  it('notice nothing where nothing is changed', async () => {
    expect(survey.proved).toEqual(['ptr-id:lock-leak', 'ptr-id:user-tamper']);
    const unchanged = { ...mutant('exit:drop-guard:exit-lock-released'), rules: () => rulesOf(design) };
    expect(await survey.notice(unchanged)).toBeUndefined();
  });

  it.each([
    ['exit:drop-guard:exit-lock-released', 'lock-leak', 'implies-property:exit'],
    ['user_mmap:drop-guard:section-mapped', 'user-tamper', 'implies-property:user_mmap_write'],
    ['bpf_spin_lock:lose-effect:held-kind', 'lock-leak', 'lock.noted:preserved-by:bpf_spin_lock:acquire'],
    ['bpf_spin_unlock:lose-effect:locked', 'lock-leak', 'lock.noted:preserved-by:bpf_spin_unlock'],
  ])('notice %s', async (id, property, open) => {
    const n = await survey.notice(mutant(id));
    expect(n?.claim).toBe(`ptr-id:${property}`);
    expect(n?.open.startsWith(open)).toBe(true);
    expect(n?.isShown).toBe(true);
  });

  it('do not notice a guard that they do not need', async () => {
    expect(await survey.notice(mutant('bpf_list_push_back:drop-guard:node-type-matches'))).toBeUndefined();
  });
});
