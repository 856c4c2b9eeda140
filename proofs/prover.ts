/** Puts obligations to the solver, each distinct one once, and remembers what each proof rests on. */
import { termId } from '../encodings/rule-key.js';
import type { Assertion } from '../encodings/unbounded/smtlib.js';
import { smtQuery } from '../encodings/unbounded/smtlib.js';
import type { SmtAnswer } from '../encodings/solver/answer.js';

export interface Query {
  readonly assumptions: readonly Assertion[];
  /** The negation of what is to be shown. */
  readonly goal: Assertion;
}

export interface Verdict {
  /** `open`: the solver found a state that shows the contrary, or gave up; either way nothing is proved. */
  readonly outcome: 'proved' | 'open';
  /** Names of the assumptions that the proof used. Empty when open. */
  readonly core: readonly string[];
  readonly reason?: string;
}

/** The part of a pool that is needed here. */
export interface SmtSolver {
  solveSmtlib2(
    text: string,
    budget: { readonly rlimit: number; readonly core: true; readonly signal?: AbortSignal | undefined },
  ): Promise<SmtAnswer>;
}

interface Lemma {
  readonly uses: ReadonlySet<number>;
}

export interface Prover {
  readonly ask: (q: Query) => Promise<Verdict>;
  readonly counts: () => { readonly asked: number; readonly solved: number; readonly reused: number };
}

/** Why a question is open whose contrary a state shows: nothing more is to be hoped for. */
export const SHOWN = 'a state shows the contrary';

/** Steps of Z3 after which a question counts as open: many times what any proof so far has needed. */
export const BUDGET = 4_000_000;

/** A core is the list of names that Z3 prints. */
const readCore = (text: string): string[] =>
  text
    .replaceAll(/[()]/g, ' ')
    .split(/\s+/)
    .filter(w => w !== '');

export const createProver = (
  solver: SmtSolver,
  options: { readonly rlimit?: number; readonly signal?: AbortSignal | undefined } = {},
): Prover => {
  const { rlimit = BUDGET, signal } = options;
  const lemmas = new Map<number, Lemma[]>();
  const failures = new Map<number, { readonly of: ReadonlySet<number>; readonly reason: string }[]>();
  const underWay = new Map<string, Promise<Verdict>>();
  let asked = 0;
  let solved = 0;
  let reused = 0;

  const ask = async ({ assumptions, goal }: Query): Promise<Verdict> => {
    asked++;
    const { formula } = goal;
    if (formula.op === 'lit' && formula.value === 'false') return { outcome: 'proved', core: [] };
    const wanted = termId(formula);
    const ids = new Map<number, string>();
    for (const a of assumptions) ids.set(termId(a.formula), a.name);
    // What follows from few assumptions follows from more; what does not follow from many does not from fewer.
    const lemma = lemmas.get(wanted)?.find(l => [...l.uses].every(i => ids.has(i)));
    if (lemma !== undefined) {
      reused++;
      return { outcome: 'proved', core: [...lemma.uses].map(i => ids.get(i) ?? '') };
    }
    const failure = failures.get(wanted)?.find(f => [...ids.keys()].every(i => f.of.has(i)));
    if (failure !== undefined) {
      reused++;
      return { outcome: 'open', core: [], reason: failure.reason };
    }
    const key = `${String(wanted)}|${[...ids.keys()].sort((a, b) => a - b).join()}`;
    const same = underWay.get(key);
    if (same !== undefined) {
      reused++;
      return same;
    }
    const answer = (async (): Promise<Verdict> => {
      solved++;
      const a = await solver.solveSmtlib2(smtQuery([...assumptions, goal]), { rlimit, core: true, signal });
      if (a.status !== 'unsat') {
        const reason = a.status === 'sat' ? SHOWN : a.reason;
        if (signal?.aborted !== true)
          failures.set(wanted, [...(failures.get(wanted) ?? []), { of: new Set(ids.keys()), reason }]);
        return { outcome: 'open', core: [], reason };
      }
      const names = new Set(readCore(a.core ?? ''));
      const used = assumptions.filter(x => names.has(x.name));
      lemmas.set(wanted, [...(lemmas.get(wanted) ?? []), { uses: new Set(used.map(x => termId(x.formula))) }]);
      return { outcome: 'proved', core: used.map(x => x.name) };
    })();
    underWay.set(key, answer);
    try {
      return await answer;
    } finally {
      underWay.delete(key);
    }
  };
  return { ask, counts: () => ({ asked, solved, reused }) };
};
