/** Puts obligations to the solver, each distinct one once, and remembers what each proof rests on. */
import { createHash } from 'node:crypto';
import { termId, termText } from '../encodings/rule-key.js';
import type { Assertion } from '../encodings/unbounded/smtlib.js';
import { smtQuery } from '../encodings/unbounded/smtlib.js';
import type { SmtAnswer } from '../encodings/solver/answer.js';
import type { Formula } from '../model/term.js';

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
  /** What the obligation is called in an export. */
  readonly text?: string;
  /** The same, of an answer that several questions gave together. */
  readonly texts?: readonly string[];
}

/** The part of a pool that is needed here. */
export interface SmtSolver {
  solveSmtlib2(
    text: string,
    budget: { readonly rlimit: number; readonly core: true; readonly signal?: AbortSignal | undefined },
  ): Promise<SmtAnswer>;
}

/** By goal, lists of names of assumptions that were enough before. */
export type Uses = ReadonlyMap<string, readonly (readonly string[])[]>;

export interface Prover {
  readonly ask: (q: Query) => Promise<Verdict>;
  /** True iff the assertions can hold together. Remembered by their texts. */
  readonly satisfiable: (assertions: readonly Assertion[]) => Promise<boolean>;
  /** What each proof used. */
  readonly uses: () => Uses;
  readonly counts: () => { readonly asked: number; readonly solved: number; readonly reused: number };
}

/** Why a question is open whose contrary a state shows: nothing more is to be hoped for. */
export const SHOWN = 'a state shows the contrary';

/** Steps of Z3 after which a question counts as open: several times what any proof needs. */
export const BUDGET = 1_500_000;

/** A name for a goal that is the same in every process. */
export const goalName = (goal: Formula): string =>
  createHash('sha256').update(termText(goal)).digest('base64url').slice(0, 16);

const PROVED: Verdict = { outcome: 'proved', core: [] };
const isFalse = (f: Formula): boolean => f.op === 'lit' && f.value === 'false';
/** A core is the list of names that Z3 prints. */
const readCore = (text: string): string[] =>
  text
    .replaceAll(/[()]/g, ' ')
    .split(/\s+/)
    .filter(w => w !== '');

/** Another order, the same for the same seed. */
const shuffled = <T>(list: readonly T[], seed: number): T[] => {
  const out = [...list];
  let x = (seed * 2654435761) >>> 0 || 1;
  for (let i = out.length - 1; i > 0; i--) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    const j = (x >>> 0) % (i + 1);
    const [a, b] = [out[i], out[j]] as [T, T];
    out[i] = b;
    out[j] = a;
  }
  return out;
};

const noteUse = (uses: Map<string, (readonly string[])[]>, goal: Formula, core: readonly string[]): void => {
  const key = goalName(goal);
  const names = [...core].sort();
  const before = uses.get(key) ?? [];
  // A list within this one is enough already.
  if (before.some(b => b.every(n => names.includes(n)))) return;
  uses.set(key, [...before, names]);
};

export interface ProverOptions {
  readonly rlimit?: number;
  readonly signal?: AbortSignal | undefined;
  /** What is tried first, since few assumptions are read faster than many. It decides nothing. */
  readonly hints?: Uses;
  /** How often each proof is to be found again, with its assumptions in another order; if it is not, it counts as open. */
  readonly stability?: number;
}

export const createProver = (
  solver: SmtSolver,
  { rlimit = BUDGET, signal, hints = new Map(), stability = 0 }: ProverOptions = {},
): Prover => {
  const lemmas = new Map<number, ReadonlySet<number>[]>();
  const failures = new Map<number, { readonly of: ReadonlySet<number>; readonly reason: string }[]>();
  const underWay = new Map<string, Promise<Verdict>>();
  const witnessed = new Map<string, Promise<boolean>>();
  const uses = new Map<string, (readonly string[])[]>();
  let asked = 0;
  let solved = 0;
  let reused = 0;

  const put = (assertions: readonly Assertion[], budget: number): Promise<SmtAnswer> => {
    solved++;
    return solver.solveSmtlib2(smtQuery(assertions), { rlimit: budget, core: true, signal });
  };

  const solve = async ({ assumptions, goal }: Query, ids: ReadonlyMap<number, string>): Promise<Verdict> => {
    let a: SmtAnswer | undefined;
    for (const names of hints.get(goalName(goal.formula)) ?? []) {
      const few = assumptions.filter(x => names.includes(x.name));
      if (few.length !== names.length) continue;
      a = await put([...few, goal], rlimit);
      if (a.status === 'unsat') break;
    }
    if (a?.status !== 'unsat') a = await put([...assumptions, goal], rlimit);
    const wanted = termId(goal.formula);
    if (a.status !== 'unsat') {
      const reason = a.status === 'sat' ? SHOWN : a.reason;
      if (signal?.aborted !== true)
        failures.set(wanted, [...(failures.get(wanted) ?? []), { of: new Set(ids.keys()), reason }]);
      return { outcome: 'open', core: [], reason };
    }
    for (let i = 1; i <= stability; i++) {
      const again = await put([goal, ...shuffled(assumptions, i)], rlimit);
      if (again.status !== 'unsat')
        return { outcome: 'open', core: [], reason: `proved, but not in another order (seed ${String(i)})` };
    }
    const names = new Set(readCore(a.core ?? ''));
    const used = assumptions.filter(x => names.has(x.name));
    lemmas.set(wanted, [...(lemmas.get(wanted) ?? []), new Set(used.map(x => termId(x.formula)))]);
    const core = used.map(x => x.name);
    noteUse(uses, goal.formula, core);
    return { outcome: 'proved', core };
  };

  const ask = async (q: Query): Promise<Verdict> => {
    asked++;
    const { formula } = q.goal;
    if (isFalse(formula)) return PROVED;
    const wanted = termId(formula);
    const ids = new Map<number, string>();
    for (const a of q.assumptions) ids.set(termId(a.formula), a.name);
    // What follows from few assumptions follows from more; what does not follow from many does not from fewer.
    const lemma = lemmas.get(wanted)?.find(l => [...l].every(i => ids.has(i)));
    if (lemma !== undefined) {
      reused++;
      const core = [...lemma].map(i => ids.get(i) ?? '');
      noteUse(uses, formula, core);
      return { outcome: 'proved', core };
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
    const answer = solve(q, ids);
    underWay.set(key, answer);
    try {
      return await answer;
    } finally {
      underWay.delete(key);
    }
  };

  const satisfiable = (assertions: readonly Assertion[]): Promise<boolean> => {
    const key = assertions
      .map(a => termId(a.formula))
      .sort((a, b) => a - b)
      .join();
    let answer = witnessed.get(key);
    if (answer === undefined) {
      asked++;
      // A model of everything takes longer to find than most contradictions.
      witnessed.set(key, (answer = put(assertions, rlimit * 20).then(a => a.status === 'sat')));
    }
    return answer;
  };
  return { ask, satisfiable, uses: () => uses, counts: () => ({ asked, solved, reused }) };
};

/** An obligation as it was proved, to be checked again: the assumptions that were enough, and the goal. */
export interface Recalled {
  readonly text: string;
  readonly uses: readonly string[];
}

export interface Recall extends Prover {
  /** The texts of all obligations that were asked and are remembered as proved, by what they are called in an export. */
  readonly exports: () => ReadonlyMap<string, Recalled>;
}

/** The name of an exported text: its content hash, so that a file that was cut short or changed is noticed. */
export const exportName = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** Answers from memory and asks no solver: what is remembered as proved is put together again as a text for other solvers. */
export const recallProver = (hints: Uses): Recall => {
  const texts = new Map<string, Recalled>();
  let asked = 0;
  const find = ({ assumptions, goal }: Query): Recalled | null => {
    const names = hints.get(goalName(goal.formula))?.find(l => l.every(n => assumptions.some(a => a.name === n)));
    if (names === undefined) return null;
    const few = assumptions.filter(a => names.includes(a.name));
    return { text: smtQuery([...few, goal]), uses: few.map(a => a.name) };
  };
  return {
    ask: q => {
      asked++;
      if (isFalse(q.goal.formula)) return Promise.resolve(PROVED);
      const found = find(q);
      if (found === null) return Promise.resolve({ outcome: 'open', core: [], reason: 'no proof is remembered' });
      texts.set(exportName(found.text), found);
      return Promise.resolve({ outcome: 'proved', core: found.uses, text: exportName(found.text) });
    },
    // A witness is a model; nothing is claimed from memory of it.
    satisfiable: () => Promise.resolve(true),
    uses: () => hints,
    counts: () => ({ asked, solved: 0, reused: asked }),
    exports: () => texts,
  };
};
