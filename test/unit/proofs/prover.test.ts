/** What the prover remembers, and what it makes of hints: it may be fast, and never says more than a solver said. */
import { describe, expect, it } from 'vitest';
import type { SmtAnswer } from '../../../encodings/solver/answer.js';
import type { Assertion } from '../../../encodings/unbounded/smtlib.js';
import { Bool, cell, indexSort, variable } from '../../../model/term.js';
import type { Formula } from '../../../model/term.js';
import type { ProverOptions, Query, Uses } from '../../../proofs/prover.js';
import { createProver, exportName, recallProver } from '../../../proofs/prover.js';

const Thing = indexSort('Thing', 'a');
const says = (name: string): Formula => cell(name, [Thing], Bool, '')(variable('x', Thing));
const assume = (name: string, what = name): Assertion => ({ name, formula: says(what) });
const query = (goal: string, ...assumptions: readonly Assertion[]): Query => ({
  assumptions,
  goal: { name: 'goal', formula: says(goal) },
});

/** Names of the assertions of a text, in its order. */
const namesIn = (text: string): string[] => [...text.matchAll(/:named ([^)]+)\)/g)].map(m => m[1] ?? '');

/** A solver that records what it is asked, and answers as it is told. */
const stub = (answer: (names: readonly string[], nth: number) => SmtAnswer, options: ProverOptions = {}) => {
  const texts: string[] = [];
  const solver = {
    solveSmtlib2: (text: string): Promise<SmtAnswer> => {
      texts.push(text);
      return Promise.resolve(answer(namesIn(text), texts.length));
    },
  };
  return { prover: createProver(solver, options), asked: () => texts.map(namesIn), texts };
};
const unsat = (...core: readonly string[]): SmtAnswer => ({ status: 'unsat', core: `(${core.join(' ')})` });
const sat: SmtAnswer = { status: 'sat', model: '' };
const gaveUp: SmtAnswer = { status: 'unknown', reason: 'it gave up' };

describe('a proof is used again', () => {
  it('where all is assumed that it used, and nowhere else', async () => {
    const { prover, asked } = stub(() => unsat('p', 'goal'));
    expect(await prover.ask(query('g', assume('p'), assume('q')))).toEqual({ outcome: 'proved', core: ['p'] });
    expect(await prover.ask(query('g', assume('p'), assume('r')))).toEqual({ outcome: 'proved', core: ['p'] });
    expect(asked()).toHaveLength(1);
    await prover.ask(query('g', assume('q'), assume('r')));
    await prover.ask(query('h', assume('p'), assume('q')));
    expect(asked()).toHaveLength(3);
  });

  it('by what assumptions say, not by what they are called', async () => {
    const { prover, asked } = stub(() => unsat('p'));
    await prover.ask(query('g', assume('p', 'one')));
    await prover.ask(query('g', assume('p', 'other')));
    expect(asked()).toHaveLength(2);
    expect(await prover.ask(query('g', assume('s', 'one')))).toEqual({ outcome: 'proved', core: ['s'] });
    expect(asked()).toHaveLength(2);
  });

  it('with the names of the one who asks, also while it is under way', async () => {
    const { prover, asked } = stub(names => unsat(...names));
    const [one, two] = await Promise.all([
      prover.ask(query('g', assume('p', 'same'))),
      prover.ask(query('g', assume('q', 'same'))),
    ]);
    expect([one.core, two.core]).toEqual([['p'], ['q']]);
    expect(asked()).toHaveLength(1);
    const names = [...prover.uses().values()].flat().map(u => u.names);
    expect(names).toEqual([['p'], ['q']]);
  });

  it('and a solver that names no core may have used everything', async () => {
    const { prover, asked } = stub(() => ({ status: 'unsat' }));
    expect(await prover.ask(query('g', assume('p'), assume('q')))).toMatchObject({ core: ['p', 'q'] });
    await prover.ask(query('g', assume('p')));
    expect(asked()).toHaveLength(2);
  });
});

describe('a failure is used again', () => {
  it('where nothing more is assumed', async () => {
    const { prover, asked } = stub(() => sat);
    await prover.ask(query('g', assume('p'), assume('q')));
    expect(await prover.ask(query('g', assume('q')))).toMatchObject({ outcome: 'open', core: [] });
    expect(asked()).toHaveLength(1);
    await prover.ask(query('g', assume('p'), assume('r')));
    expect(asked()).toHaveLength(2);
  });

  it('but not if the run was ended', async () => {
    const stop = new AbortController();
    const { prover, asked } = stub(() => gaveUp, { signal: stop.signal });
    stop.abort();
    expect(await prover.ask(query('g', assume('p')))).toMatchObject({ outcome: 'open' });
    expect(await prover.satisfiable([assume('p')])).toBe(false);
    await prover.ask(query('g', assume('p')));
    await prover.satisfiable([assume('p')]);
    expect(asked()).toHaveLength(4);
    expect(prover.uses().size).toBe(0);
  });
});

describe('hints', () => {
  const learn = async (...used: readonly Assertion[]): Promise<Uses> => {
    const { prover } = stub(() => unsat(...used.map(a => a.name)));
    await prover.ask(query('g', ...used));
    return prover.uses();
  };

  it('are tried first', async () => {
    const { prover, asked } = stub(() => unsat('p'), { hints: await learn(assume('p')) });
    expect(await prover.ask(query('g', assume('p'), assume('q')))).toEqual({ outcome: 'proved', core: ['p'] });
    expect(asked()).toEqual([['p', 'goal']]);
  });

  it('that are not enough fall back to everything', async () => {
    const answer = (names: readonly string[]): SmtAnswer => (names.includes('q') ? unsat('p', 'q') : sat);
    const { prover, asked } = stub(answer, { hints: await learn(assume('p')) });
    expect(await prover.ask(query('g', assume('p'), assume('q')))).toEqual({ outcome: 'proved', core: ['p', 'q'] });
    expect(asked()).toEqual([
      ['p', 'goal'],
      ['p', 'q', 'goal'],
    ]);
  });

  it('prove nothing: where the solver says no to everything, it is open', async () => {
    const { prover } = stub(() => sat, { hints: await learn(assume('p')) });
    expect(await prover.ask(query('g', assume('p'), assume('q')))).toMatchObject({ outcome: 'open' });
  });

  it('that name what is not there are left alone', async () => {
    const { prover, asked } = stub(() => unsat('q'), { hints: await learn(assume('p')) });
    await prover.ask(query('g', assume('q')));
    expect(asked()).toEqual([['q', 'goal']]);
  });

  it('are remembered with what the assumptions say: the exported text is one that was proved', async () => {
    const hints = await learn(assume('p', 'one'));
    const memory = recallProver(hints);
    expect(await memory.ask(query('g', assume('p', 'other')))).toMatchObject({ outcome: 'open' });
    const { texts = [] } = await memory.ask(query('g', assume('q'), assume('p', 'one')));
    const [name = ''] = texts;
    const kept = memory.exports().get(name);
    expect(kept?.uses).toEqual(['p']);
    expect(exportName(kept?.text ?? '')).toBe(name);
    expect(kept?.text).toContain('(one $x)');
  });
});

describe('stability', () => {
  it('asks again in other orders, and what does not hold in one is open and not remembered', async () => {
    const { prover, asked } = stub((_, nth) => (nth === 3 ? gaveUp : unsat('p')), { stability: 3 });
    const all = ['p', 'q', 'r', 's', 't'].map(n => assume(n));
    const first = await prover.ask(query('g', ...all));
    expect(first).toMatchObject({ outcome: 'open', reason: 'proved, but not in another order (seed 2)' });
    expect(asked()).toHaveLength(3);
    expect(new Set(asked().map(n => n.join())).size).toBe(3);
    expect(asked().map(n => [...n].sort().join())).toEqual(Array(3).fill('goal,p,q,r,s,t'));
    expect(prover.uses().size).toBe(0);
    // Nothing was learned: it is asked anew.
    expect(await prover.ask(query('g', ...all))).toMatchObject({ outcome: 'proved' });
    expect(asked()).toHaveLength(7);
  });
});
