import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dialectOf } from '../../model/design.js';
import { designNamed } from '../../model/designs/index.js';
import { propertyIds } from '../../model/properties.js';
import { rulesOf } from '../../model/rules/index.js';
import { libraryOf } from '../../proofs/changed-rules.js';
import { lessThatBreaks } from '../../proofs/leave-out.js';
import { designOfClaim, readLedger } from '../../proofs/ledger.js';
import { loadScenarios } from '../../scenarios/header.js';
import { some } from '../thorough.js';

const { scenarios } = await loadScenarios('scenarios');
const library = libraryOf(scenarios);
const ledger = readLedger(readFileSync('proofs/ledger.json', 'utf8'));
const refuted = ledger.claims.filter(c => c.outcome === 'refuted');
const propertyOf = (claim: string) => propertyIds.find(p => claim.endsWith(`:${p}`));
/** One claim for each program and property; the ledger was written from all. */
const first = refuted.filter(
  (c, i) => refuted.findIndex(x => x.program === c.program && propertyOf(x.claim) === propertyOf(c.claim)) === i,
);
const systemOf = async (claim: string, scenario: string) => {
  const design = designNamed(designOfClaim(claim));
  const property = propertyOf(claim);
  if (design === undefined || property === undefined) throw new Error(claim);
  const spec = (await library.systems(dialectOf(design))).find(s => s.id === scenario)?.spec;
  if (spec === undefined) throw new Error(scenario);
  return { spec, design, rules: rulesOf(design), property };
};

describe('what can be left out of a refutation', () => {
  it('is nothing, in the whole ledger', () => {
    expect(refuted.filter(c => c.minimal !== true).map(c => c.claim)).toEqual([]);
  });

  it.each(some(first).map(c => [c.claim, c.program ?? '', c.steps ?? 0] as const))(
    '%s by %s',
    async (claim, program, steps) => {
      const { spec, design, rules, property } = await systemOf(claim, program);
      expect(await lessThatBreaks(spec, design, rules, property, steps)).toBe(null);
    },
  );

  it('is found where there is something', async () => {
    const { spec, design, rules } = await systemOf('ptr-id:self-deadlock', 'interrupts/fentry-same-lock');
    expect(await lessThatBreaks(spec, design, rules, 'self-deadlock', 9)).not.toBe(null);
  });
});
