/** A ledger that was changed, cut short or left incomplete is noticed. Here every proof is made up: nothing is asked of a solver. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../../cli/command-line.js';
import { engine } from '../../../cli/engine.js';
import { hintsBeside } from '../../../cli/prove.js';
import { designNamed } from '../../../model/designs/index.js';
import { rulesOf } from '../../../model/rules/index.js';
import { claimsOf } from '../../../proofs/claims.js';
import { hintsText } from '../../../proofs/hints.js';
import { conjunctsOf } from '../../../proofs/invariant/index.js';
import { induce } from '../../../proofs/induction.js';
import type { Ledger } from '../../../proofs/ledger.js';
import { ledgerOf, ledgerText, recall } from '../../../proofs/ledger.js';
import { provePruning } from '../../../proofs/pruning.js';
import { createProver } from '../../../proofs/prover.js';
import { verifyLedger } from '../../../proofs/verify.js';

let folder = '';
let text = '';
let hints = '';
let out = '';
let err = '';

const hf = (...argv: string[]): Promise<number> => {
  out = '';
  err = '';
  return run(
    argv,
    {
      out: t => (out += t),
      err: t => (err += t),
      showsProgress: false,
      coloured: false,
      width: 100,
      cwd: folder,
      env: {},
      now: () => 0,
      signal: new AbortController().signal,
    },
    // No program refutes anything, and no solver is asked: what is left is whether the ledger is what the rules give.
    { ...engine, verifyLedger: o => verifyLedger({ ...o, scenarios: [], solvers: [] }) },
  );
};

/** Writes a ledger, checks it, and returns the exit code. */
const verify = (ledger: string, ...more: string[]): Promise<number> => {
  writeFileSync(join(folder, 'l.json'), ledger);
  writeFileSync(join(folder, 'l.hints.json'), hints);
  return hf('verify', 'ptr-id', '--ledger', 'l.json', ...more);
};
const changed = (change: (l: Record<string, unknown> & Ledger) => unknown): string => {
  const l = JSON.parse(text) as Record<string, unknown> & Ledger;
  return JSON.stringify({ ...l, ...(change(l) as object) });
};
const withClaim = (property: string, change: object): string =>
  changed(l => ({ claims: l.claims.map(c => (c.claim === `ptr-id:${property}` ? { ...c, ...change } : c)) }));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
  const design = designNamed('ptr-id');
  if (design === undefined) throw new Error('ptr-id is gone');
  const rules = rulesOf(design);
  const prover = createProver({ solveSmtlib2: () => Promise.resolve({ status: 'unsat', core: '(goal)' }) });
  // Together they are closed: steps keep them without the others.
  const few = ['idle.verifier', 'region.rcu', 'lock.exclusive'];
  const without = new Set(conjunctsOf(design).flatMap(c => (few.includes(c.name) ? [] : [c.name])));
  const x = await induce(design, rules, prover, { without });
  const claims = claimsOf(design, x, await provePruning(design, rules, prover), new Map(), false);
  const memory = { uses: prover.uses(), open: new Map([['ptr-id', without]]) };
  text = ledgerText(await ledgerOf([design], claims, memory, 'nobody'));
  hints = hintsText(memory);
  for (const [name, t] of (await recall(design, memory)).texts) writeFileSync(join(folder, `${name}.smt2`), t.text);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('a ledger', () => {
  it('as it was written is what the rules give; without a solver that is inconclusive', async () => {
    expect([await verify(text), err]).toEqual([20, 'exit 20: inconclusive\n']);
    expect(out).toMatch(/16 claims in the ledger; [\d,]+ distinct obligations/);
    expect(await verify(text, '--from', '.', '--samples', '0')).toBe(20);
  });

  it.each([
    [
      'a proof that is called a refutation',
      () => withClaim('lock-leak', { outcome: 'refuted', program: 'x', steps: 1 }),
    ],
    ['a proof that is called unknown', () => withClaim('lock-leak', { outcome: 'unknown' })],
    ['another digest of a claim', () => withClaim('lock-leak', { digest: '0'.repeat(32) })],
    ['another number of obligations', () => withClaim('lock-leak', { obligations: 1 })],
    ['a guard more', () => withClaim('lock-leak', { guards: ['exit:nothing'] })],
    ['other rules', () => changed(() => ({ rules: { 'ptr-id': '0'.repeat(32) } }))],
    ['a larger bound', () => changed(() => ({ bound: 'anything' }))],
  ])('with %s is refused', async (_, ledger) => {
    expect(await verify(ledger(), '--samples', '0')).toBe(40);
    expect(out).toContain('disagreement: ');
    expect(`${out}${err}`).not.toMatch(/\n\s+at |internal error/);
  });

  it.each([
    ['cut short', () => text.slice(0, -100)],
    ['empty', () => ''],
    ['of another version', () => changed(() => ({ schemaVersion: 7 }))],
    ['without digests of rules', () => changed(() => ({ rules: {} }))],
    ['that speaks twice of a claim', () => changed(l => ({ claims: [...l.claims, ...l.claims] }))],
    ['with an outcome of its own', () => withClaim('lock-leak', { outcome: 'certain' })],
    [
      'with a proof without a digest',
      () => changed(() => ({ claims: [{ claim: 'ptr-id:lock-leak', outcome: 'proved' }] })),
    ],
    ['about other designs', () => changed(() => ({ rules: { mine: 'x' }, claims: [] }))],
  ])('%s is bad input', async (_, ledger) => {
    expect(await verify(ledger())).toBe(65);
    expect(err).toMatch(/^error: .*\nexit 65: bad input\n$/);
  });

  it('that is not there, or without what its proofs used, is bad input', async () => {
    expect(await hf('verify', '--ledger', 'none.json')).toBe(65);
    writeFileSync(join(folder, 'alone.json'), text);
    expect(await hf('verify', '--ledger', 'alone.json')).toBe(65);
  });

  it('with nothing in it shows nothing', async () => {
    const empty = changed(() => ({ claims: [], rules: {} }));
    writeFileSync(join(folder, 'e.json'), empty);
    writeFileSync(join(folder, 'e.hints.json'), hints);
    expect(await hf('verify', '--ledger', 'e.json')).toBe(30);
  });
});

describe('exported texts', () => {
  const one = (): string => join(folder, readdirSync(folder).find(f => f.endsWith('.smt2')) ?? 'none');
  it('that were cut short are bad input', async () => {
    const file = one();
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, whole.slice(0, -20));
    expect(await verify(text, '--from', '.')).toBe(65);
    expect(err).toContain('cut short, or changed');
    writeFileSync(file, whole);
  });
  it('that are not there are bad input', async () => {
    for (const f of readdirSync(folder)) if (f.endsWith('.smt2')) rmSync(join(folder, f));
    expect(await verify(text, '--from', '.')).toBe(65);
    expect(err).toContain("of the ledger's obligations are missing");
    expect(await verify(text, '--from', 'no-such-folder')).toBe(65);
  });
});

it('what proofs used is kept beside the ledger', () => {
  expect(hintsBeside('proofs/ledger.json')).toBe('proofs/hints.json');
  expect(hintsBeside('ledger.json')).toBe('hints.json');
  expect(hintsBeside('my.json')).toBe('my.hints.json');
  expect(hintsBeside('my-ledger.json')).toBe('my-ledger.hints.json');
  expect(hintsBeside('mine')).toBe('mine.hints.json');
});

it.each([
  [['verify', 'ptr-idd'], 'did you mean ptr-id?'],
  [['verify', '--solver', 'z4'], 'did you mean z3?'],
  [['verify', '--timeout', 'x'], 'a number'],
  [['prove', 'ptr-idd'], 'did you mean ptr-id?'],
  [['prove', 'ptr-id', '--property', 'list-rice'], 'did you mean list-race?'],
  [['prove', 'ptr-id', '--drop-guard', 'unlock-same-lok'], 'did you mean unlock-same-lock?'],
  [['prove', 'ptr-id', '--drop-guard', 'unlock-same-lock', '--ledger', 'x.json'], 'without --drop-guard'],
  [['prove', 'ptr-id', '--ledger', 'no/such/x.json'], 'there is no folder'],
  [['prove', 'ptr-id', '--budget', '0'], 'at least 1'],
])('%j is wrong usage', async (argv, message) => {
  expect(await hf(...argv)).toBe(64);
  expect(err).toContain(message);
});
