import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allDesigns } from '../../../model/designs/index.js';
import { propertyIds } from '../../../model/properties.js';
import { rulesOf } from '../../../model/rules/index.js';
import type { Ledger } from '../../../proofs/ledger.js';
import { readLedger, rulesDigest } from '../../../proofs/ledger.js';
import { claimTable, withClaims } from '../../../reports/claim-table.js';
import { loadScenarios } from '../../../scenarios/header.js';

const FILE = 'proofs/ledger.json';
const ledgerHere = (): Ledger => {
  if (!existsSync(FILE))
    throw new Error(`there is no ${FILE}, so the README may claim nothing: npx holdfast prove --ledger ${FILE}`);
  return readLedger(readFileSync(FILE, 'utf8'));
};
const ids = allDesigns.map(d => d.id);
const { scenarios } = await loadScenarios('scenarios');
const fileOf = (program: string): string =>
  scenarios.find(s => s.id === program) === undefined ? `no-such-program/${program}` : `scenarios/${program}.bpf.c`;

test('the ledger answers every claim: each design, each property', () => {
  const outcomes = new Map(ledgerHere().claims.map(c => [c.claim, c.outcome]));
  const open = ids
    .flatMap(d => propertyIds.map(p => `${d}:${p}`))
    .filter(c => outcomes.get(c) !== 'proved' && outcomes.get(c) !== 'refuted');
  expect(open.map(c => `${c}: ${outcomes.get(c) ?? 'not in the ledger'}`)).toEqual([]);
});

test('the ledger is about the rules that there are', () => {
  const { rules } = ledgerHere();
  expect(allDesigns.filter(d => rules[d.id] !== rulesDigest(d, rulesOf(d))).map(d => d.id)).toEqual([]);
});

test('the README has the table of the ledger, and every program in it is there', async () => {
  const table = claimTable(ledgerHere(), ids, fileOf);
  expect(table).not.toContain('no-such-program');
  // Run with -u, this writes the README again.
  await expect(withClaims(readFileSync('README.md', 'utf8'), table)).toMatchFileSnapshot('../../../README.md');
});

const some: Ledger = {
  schemaVersion: 1,
  bound: 'any number',
  solver: 'Z3',
  rules: {},
  claims: [
    { claim: 'one:list-race', outcome: 'proved', digest: 'd' },
    { claim: 'one:wrong-lock', outcome: 'refuted', program: 'b/c', steps: 2 },
    { claim: 'two:list-race', outcome: 'refuted', program: 'a/b', steps: 3 },
    { claim: 'two:wrong-lock', outcome: 'unknown' },
  ],
};

test('a cell is what the ledger says, and what it does not say is told from what is proved', () => {
  const lines = claimTable(some, ['one', 'two', 'three'], p => `${p}.c`).split('\n');
  const row = (d: string): string[] =>
    (lines.find(l => l.startsWith(`| \`${d}\``)) ?? '')
      .split('|')
      .slice(2, 5)
      .map(c => c.trim());
  expect(row('one')).toEqual(['P', '[b]', '-']);
  expect(row('two')).toEqual(['[a]', '?', '-']);
  expect(row('three')).toEqual(['-', '-', '-']);
  expect(lines).toContain('[a]: a/b.c');
  expect(lines).toContain('[b]: b/c.c');
  expect(lines[0]).toContain('4 claims: 1 proved');
});

test('only a page with markers gets the table', () => {
  const page = 'before\n<!-- claims: begin -->\nold\n<!-- claims: end -->\nafter\n';
  const once = withClaims(page, 'new');
  expect(once).toBe('before\n<!-- claims: begin -->\n\nnew\n\n<!-- claims: end -->\nafter\n');
  expect(withClaims(once ?? '', 'new')).toBe(once);
  expect(withClaims('nothing', 'new')).toBeNull();
});
