import { expect, test, vi } from 'vitest';
import { smtQuery } from '../../../encodings/unbounded/smtlib.js';
import { and, eq, exists, forall, indexSort, not, variable } from '../../../model/term.js';
import type { Formula } from '../../../model/term.js';
import { LedgerError, ledgerText, readLedger } from '../../../proofs/ledger.js';

const Thing = indexSort('Thing');
const z = variable('z', Thing);

test('formulas that differ in the names of bound variables have one text, whatever was made before them', () => {
  const made = (): Formula =>
    forall(Thing, x =>
      and(
        eq(x, z),
        exists(Thing, y => not(eq(x, y))),
        exists(Thing, y => eq(y, z)),
      ),
    );
  const text = smtQuery([{ name: 'a', formula: made() }]);
  expect(smtQuery([{ name: 'a', formula: made() }])).toBe(text);
  expect(text).toContain(
    '(forall ((?thing.0 Thing)) (and (= ?thing.0 $z) (exists ((?thing.1 Thing)) (not (= ?thing.0 ?thing.1))) (exists ((?thing.1 Thing)) (= ?thing.1 $z))))',
  );
});

test('the digest of rules is that of their content, whatever was digested before, and tells designs apart', async () => {
  const digests = async (ids: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    // As in a process of its own.
    vi.resetModules();
    const { rulesDigest } = await import('../../../proofs/ledger.js');
    const { rulesKey } = await import('../../../encodings/rule-key.js');
    const { rulesOf } = await import('../../../model/rules/index.js');
    const { designNamed } = await import('../../../model/designs/index.js');
    const out = new Map<string, string>();
    for (const id of ids) {
      const d = designNamed(id);
      if (d === undefined) throw new Error(`there is no design ${id}`);
      const rules = rulesOf(d);
      rulesKey(rules, rules.keys(), 'machine');
      out.set(id, rulesDigest(d, rules));
    }
    return out;
  };
  const there = await digests(['ptr-id', 'lock-address']);
  const back = await digests(['lock-address', 'ptr-id']);
  expect(new Map([...back].toReversed())).toEqual(there);
  expect(new Set(there.values()).size).toBe(2);
});

test('a ledger is read as it was written, and nothing else is', () => {
  const ledger = {
    schemaVersion: 1,
    bound: 'any number',
    solver: 'Z3',
    rules: { one: 'd' },
    claims: [{ claim: 'one:list-race', outcome: 'proved', digest: 'd' } as const],
  };
  expect(readLedger(ledgerText(ledger))).toEqual(ledger);
  const bad = (over: object): string => JSON.stringify({ ...ledger, ...over });
  for (const text of [
    '{',
    '[]',
    bad({ schemaVersion: 2 }),
    bad({ claims: 'none' }),
    bad({ claims: [{ claim: 'one:list-race', outcome: 'proved' }] }),
    bad({ claims: [{ claim: 'one:list-race', outcome: 'safe', digest: 'd' }] }),
  ])
    expect(() => readLedger(text)).toThrow(LedgerError);
});
