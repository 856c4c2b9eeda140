/** The history of the rules: undoing a fix brings its bug back, both engines say so, and the run is replayed. */
import { afterAll, describe, expect, it } from 'vitest';
import { createPool } from '../../encodings/solver/pool.js';
import { dropGuard, guardsAsIn, guardsHold, inVerifier, rewriteRule } from '../../encodings/change.js';
import { linux612 } from '../../model/designs/linux-6.12.js';
import { rulesOf } from '../../model/rules/index.js';
import { ModelBug } from '../../model/term.js';
import type { FixAnswer } from '../../proofs/history/answer.js';
import { answerFix } from '../../proofs/history/answer.js';
import type { ExpressibleFix } from '../../proofs/history/fix.js';
import { fixNamed, fixes } from '../../proofs/history/index.js';
import { pruningFixes } from '../../proofs/history/pruning.js';
import { loadScenarios } from '../../scenarios/header.js';

const { scenarios } = await loadScenarios('scenarios');
const pool = createPool({ jobs: 1 });
afterAll(() => pool.close());
const both = { pool, timeoutMs: 30_000 };
const explicit = { timeoutMs: 0 };

const shown = fixes.filter(f => f.kind === 'expressible');
const named = (name: string): ExpressibleFix => {
  const f = fixNamed(name);
  if (f?.kind !== 'expressible') throw new Error(`${name} is no fix that is shown`);
  return f;
};

/** One row of the digest of the kernel's rules each: an id of it, or the year and the title where there is none. */
const ROWS = [
  ['3e8ce29850f1'],
  ['9d9d00ac29d0'],
  ['836e49e103df'],
  ['1f82dffc10ff'],
  ['f1db20814af5'],
  ['7c884339bbff'],
  ['4ea2bb158bec'],
  ['5dd9cdbc9dec'],
  ['6a3cd3318ff6'],
  ['2140a6e3422d'],
  ['cc0d76cafebb'],
  ['7deca5eae833', '7793fc3babe9'],
  ['c3c510ce431c'],
  ['7e26cd12ad1c', '0816b8c6bf7f', '2a6d50b50d6d'],
  ['ab5cfac139ab', 'e9a8e5a587ca'],
  ['59e5791f59dd', '876673364161'],
  ['1995edc5f908'],
  ['e2d8f560d178'],
  ['CVE-2026-31526'],
  ['cfa6afa4b931', 'CVE-2026-74344'],
  ['CVE-2026-98047'],
  [],
  ['CVE-2026-100074'],
  [],
  ['CVE-2026-98033'],
  ['3d562d35a044'],
];

describe('the table of history', () => {
  it('has every row, and most of them are shown by a program', () => {
    expect(fixes.map(f => [...f.fix])).toEqual(ROWS);
    expect(new Set(fixes.map(f => f.name)).size).toBe(fixes.length);
    expect(shown.length).toBeGreaterThanOrEqual(15);
  });

  it('says why a row is not', () => {
    expect(fixes.filter(f => f.kind === 'not-expressible' && f.reason.length < 60)).toEqual([]);
  });

  it('is in the order of years, and names only fixes that there are', () => {
    const years = fixes.map(f => f.year);
    expect(years).toEqual([...years].sort((a, b) => a - b));
    expect(shown.flatMap(f => f.together ?? []).filter(name => fixNamed(name) === undefined)).toEqual([]);
  });

  it('has a use for every scenario of the topic', () => {
    const used = new Set(shown.map(f => f.scenario));
    expect(scenarios.filter(s => s.id.startsWith('history/') && !used.has(s.id)).map(s => s.id)).toEqual([]);
  });
});

describe('a fix', () => {
  it.each(shown.map(f => f.name))('%s: without it the program is accepted and a run breaks something', async name => {
    const f = named(name);
    const { cases, problems } = await answerFix(f, scenarios, both);
    expect(problems).toEqual([]);
    expect(cases.map(c => c.design)).toEqual(f.cases.map(c => c.design));
    expect(cases.flatMap(c => c.wrong)).toEqual([]);
    for (const c of cases) {
      expect([c.without.verdict, c.without.property, c.without.counterexample?.replayed]).toEqual([
        'accept',
        f.property,
        true,
      ]);
      // Both engines have answered.
      expect(`${c.with.evidence.smt} ${c.without.evidence.smt}`).not.toMatch(/not asked|unknown|bound/);
    }
  });
});

const outcomeOf = ({ cases }: FixAnswer): string | undefined => cases[0]?.without.verdict;

describe('the fixes of pruning', () => {
  // Of the three, 7c884339bbff is the widest hole: with no ids of map values compared, no relation is left at all.
  it.each([
    ['prune-value-ids', ['prune-value-ids', 'prune-lock-id']],
    ['prune-lock-id', ['prune-lock-id']],
    ['prune-frames', ['prune-lock-id', 'prune-frames']],
  ])('without %s the verifier misses %j', async (name, missed) => {
    const { cases } = named(name);
    const found: string[] = [];
    for (const f of pruningFixes) {
      const answer = await answerFix({ ...named(name), cases, scenario: f.scenario }, scenarios, explicit);
      if (outcomeOf(answer) === 'accept') found.push(f.name);
    }
    expect(found).toEqual(missed);
  });
});

describe('fixes that hide one another', () => {
  it('what a callback may release makes no difference once all rounds are looked at', async () => {
    const f = named('callback-releases');
    const cases = f.cases.map(({ design, has, change }) => ({ design, has, change }));
    expect(outcomeOf(await answerFix({ ...f, cases }, scenarios, explicit))).toBe('reject');
  });

  it('one round is not enough by itself to release for the caller', async () => {
    const f = named('callback-releases');
    const cases = named('callback-rounds').cases;
    expect(outcomeOf(await answerFix({ ...f, cases }, scenarios, explicit))).toBe('reject');
  });
});

describe('a change of rules', () => {
  const rules = rulesOf(linux612);
  it('that meets nothing is a mistake', () => {
    expect(() => dropGuard('no-such-guard')(rules)).toThrow(ModelBug);
    expect(() => guardsAsIn(rules, ['no-such-guard'])(rules)).toThrow(ModelBug);
    const none = guardsHold(
      'exit',
      () => false,
      g => g.holds,
    );
    expect(() => none(rules)).toThrow(ModelBug);
    expect(() => inVerifier(['bpf_spin_lock'], r => r)(rules)).toThrow(ModelBug);
    expect(() =>
      inVerifier(
        ['bpf_spin_lock'],
        rewriteRule(() => undefined),
      )(rules),
    ).toThrow(ModelBug);
  });

  it('leaves every other rule as it is', () => {
    const changed = dropGuard('release-own-reference')(rules);
    const touched = [...changed].filter(([event, r]) => rules.get(event) !== r).map(([event]) => event);
    expect(touched.sort()).toEqual(
      ['bpf_kptr_xchg', 'bpf_list_push_back', 'bpf_list_push_front', 'bpf_obj_drop', 'bpf_rbtree_add'].sort(),
    );
  });
});
