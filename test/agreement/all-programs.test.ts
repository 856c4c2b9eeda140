import { describe, expect, it } from 'vitest';
import type { Sizes } from '../../encodings/all-programs.js';
import { allPrograms } from '../../encodings/all-programs.js';
import { explore } from '../../encodings/explore.js';
import { themeNamed } from '../../encodings/themes/index.js';
import { designNamed } from '../../model/designs/index.js';
import { rulesOf } from '../../model/rules/index.js';
import { answerAllPrograms } from '../../proofs/all-programs.js';

const named = (id: string) => {
  const d = designNamed(id);
  if (d === undefined) throw new Error(`no design ${id}`);
  return d;
};
const search = (id: string, sizes: Sizes, symmetric: boolean) => {
  const m = allPrograms(named(id), rulesOf(named(id)), sizes);
  return explore(m, { reduce: false, forget: false, maxStates: 400_000, ...(symmetric && { symmetry: m.symmetry }) });
};

describe('any accepted program', () => {
  it.each([
    ['ptr-id', { runs: 2, slots: 1, ids: 2, nodes: 1 }],
    ['ptr-id', { runs: 1, slots: 2, ids: 4, nodes: 2 }],
    ['ptr-id-offset', { runs: 2, slots: 1, ids: 2, nodes: 1 }],
    ['locks-offset', { runs: 2, slots: 1, ids: 2, nodes: 1 }],
  ] as const)('%s: searches with and without symmetry agree at %o', (id, sizes) => {
    const reduced = search(id, sizes, true);
    const whole = search(id, sizes, false);
    expect(reduced.kind).toBe(whole.kind);
    expect(reduced.states).toBeLessThanOrEqual(whole.states);
    if (reduced.kind === 'violated' && whole.kind === 'violated') {
      expect(reduced.first.property).toBe(whole.first.property);
      expect(reduced.first.trace.length).toBe(whole.first.trace.length);
    }
  });

  it.each([
    ['regions', 'safe'],
    ['values', 'safe'],
    // 6.18 lets a reference be taken to what outlived its RCU section, NULL or not (ownership/acquire-untested-after-rcu).
    ['kptrs', 'wild-access'],
    ['tree', 'safe'],
  ])('theme %s: searches with and without symmetry agree on %s', (id, found) => {
    const theme = themeNamed(id);
    if (theme === undefined) throw new Error(`no theme ${id}`);
    const small: Sizes = { ...theme.sizes, slots: Math.min(2, theme.sizes.slots), ids: 2, nodes: 1 };
    const m = allPrograms(named('linux-6.18'), rulesOf(named('linux-6.18')), small, theme);
    const plain = { reduce: false, forget: false, maxStates: 400_000 } as const;
    const reduced = explore(m, { ...plain, symmetry: m.symmetry });
    const whole = explore(m, plain);
    const of = (r: typeof whole): string => (r.kind === 'violated' ? r.first.property : r.kind);
    expect([of(reduced), of(whole)]).toEqual([found, found]);
    expect(reduced.states).toBeLessThanOrEqual(whole.states);
  });

  it('refutes designs in which one identity stands for two locks, with a run that replays', async () => {
    const answers = await answerAllPrograms([named('ptr-id-many-locks'), named('ptr-id-offset')], {
      maxStates: 20_000,
    });
    expect(answers.map(a => [a.design, a.outcome, a.counterexample?.replayed])).toEqual([
      ['ptr-id-many-locks', 'violated', true],
      ['ptr-id-offset', 'violated', true],
    ]);
  });

  it('reaches its fixpoint for ptr-id with one run', () => {
    expect(search('ptr-id', { runs: 1, slots: 2, ids: 4, nodes: 2 }, true).kind).toBe('safe');
  });
});
