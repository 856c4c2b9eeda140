import { expect, test } from 'vitest';
import { designNamed } from '../../../model/designs/index.js';
import { propertyIds } from '../../../model/properties.js';
import { rulesOf } from '../../../model/rules/index.js';
import type { Ledger } from '../../../proofs/ledger.js';
import { rulesDigest } from '../../../proofs/ledger.js';
import { explainClaim } from '../../../reports/claim-explanation.js';
import { explanationText } from '../../../reports/explanation.js';
import { plain } from '../../../reports/paint.js';

const ptrId = designNamed('ptr-id');
if (ptrId === undefined) throw new Error('there is ptr-id');

const ledger: Ledger = {
  schemaVersion: 1,
  bound: 'any number of CPUs',
  solver: 'Z3 1.2.3',
  rules: { 'ptr-id': rulesDigest(ptrId, rulesOf(ptrId)) },
  claims: [
    {
      claim: 'ptr-id:double-owner',
      outcome: 'proved',
      obligations: 1115,
      digest: 'cafe',
      conjuncts: ['owner.one-reference', 'not.of-this-version'],
      facts: ['kinds-of-memory'],
      guards: ['bpf_list_push_front:node-owned', 'bpf_rbtree_add:node-owned', 'exit:exit-lock-released'],
      restsOn: ['node-owned'],
      premises: ['wild-access', 'bad-free'],
    },
    {
      claim: 'ptr-id:wild-access',
      outcome: 'refuted',
      program: 'ownership/remove-untested-after-rcu',
      steps: 8,
      reason: 'the pointer is NULL',
    },
    { claim: 'ptr-id:bad-free', outcome: 'proved', digest: 'd', obligations: 1 },
    { claim: 'ptr-id:bad-prune', outcome: 'proved', digest: 'd', obligations: 1, premises: [] },
    { claim: 'ptr-id:lock-leak', outcome: 'unknown' },
    { claim: 'ptr-id:user-tamper', outcome: 'vacuous' },
  ],
};
const told = (property: (typeof propertyIds)[number], l: Ledger | null = ledger): string =>
  explanationText(explainClaim(ptrId, property, l), plain, 1000);

test('a proof: the claim, its bound, what it assumes, and what shows it', () => {
  const text = told('double-owner');
  for (const part of [
    'No programs that ptr-id accepts, of any length and however they run together, make this the first thing to go wrong: a node is in two structures through one link, or owned twice.',
    'any number of CPUs',
    'Kumar Kartikeya Dwivedi, <4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com>, process_spin_lock since 6.2',
    'Memory is a map, a map value or an object, and no two of these.',
    'An object without a count has one owner: one reference.',
    'this version has nothing of that name',
    'bpf_list_push_front, bpf_rbtree_add',
    'check_kfunc_args',
    '1,115 obligations, shown by Z3 1.2.3',
    'holdfast verify ptr-id',
  ])
    expect(text).toContain(part);
  expect(text).not.toContain('Out of date');
});

test('premises that are refuted are its limits, and pruning is always one', () => {
  const { sections } = explainClaim(ptrId, 'double-owner', ledger);
  const premises = sections.find(s => s.title.startsWith('Premises'))?.items ?? [];
  const here = premises.map(p => [p.text, p.facts.find(([name]) => name === 'here')?.[1]]);
  expect(here).toEqual([
    ['wild-access', 'REFUTED in this design, by ownership/remove-untested-after-rcu: after that nothing is claimed'],
    ['bad-free', 'proved'],
    ['bad-prune', 'proved'],
  ]);
  expect(told('bad-prune')).not.toContain('Premises');
});

test('guards that the claim rests on are told only where the ledger knows', () => {
  expect(told('double-owner')).toMatch(/rests on: without one of them it is refuted\n {2}node-owned\n/);
  expect(told('bad-free')).not.toContain('rests on');
});

test('what is not proved does not read like a proof', () => {
  expect(told('wild-access')).toContain('refuted by the program ownership/remove-untested-after-rcu in 8 steps');
  expect(told('wild-access')).toContain('compare --cell ownership/remove-untested-after-rcu@ptr-id');
  for (const p of ['wild-access', 'lock-leak', 'user-tamper', 'list-race'] as const)
    expect(told(p)).not.toMatch(/Evidence|Assumed|^ {2}proved$/m);
  expect(told('lock-leak')).toContain('unknown: neither proved nor refuted');
  expect(told('user-tamper')).toContain('counts for nothing');
});

test('without the claim, or without a ledger, it says what makes one', () => {
  for (const text of [told('list-race'), told('double-owner', null)]) {
    expect(text).toContain('not in the ledger');
    expect(text).toContain('holdfast prove --ledger proofs/ledger.json');
  }
});

test('a ledger about other rules is out of date', () => {
  expect(told('double-owner', { ...ledger, rules: { 'ptr-id': 'other' } })).toContain('Out of date');
});

test('every claim is a sentence', () => {
  for (const p of propertyIds) expect(explainClaim(ptrId, p, null).summary).toMatch(/^(No|Of no) program.*[a-z]\.$/s);
});
