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
  /** What the obligations behind it are called in an export. */
  readonly texts?: readonly string[];
}

/** The part of a pool that is needed here. */
export interface SmtSolver {
  solveSmtlib2(
    text: string,
    budget: { readonly rlimit: number; readonly core: true; readonly signal?: AbortSignal | undefined },
  ): Promise<SmtAnswer>;
}

/** A proof, as it is remembered: the assumptions that were enough. */
export interface Use {
  readonly names: readonly string[];
  /** Of what they say: under one name rules and designs have different assumptions. */
  readonly digest: string;
}
/** By goal, what was enough before. */
export type Uses = ReadonlyMap<string, readonly Use[]>;

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
export const BUDGET = 4_000_000;

/** A name for a goal that is the same in every process. */
export const goalName = (goal: Formula): string => contentOf(goal);

const digest = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, length);
const contents = new Map<number, string>();
/** The same for formulas that say the same, in every process. */
const contentOf = (f: Formula): string => {
  const id = termId(f);
  let c = contents.get(id);
  if (c === undefined) contents.set(id, (c = digest(termText(f), 16)));
  return c;
};
/** The same for assertions that have the same names and say the same, in every process. */
const useOf = (assertions: readonly Assertion[]): Use => {
  const sorted = [...assertions].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    names: sorted.map(a => a.name),
    digest: digest(sorted.map(a => `${a.name}=${contentOf(a.formula)}`).join('\n'), 12),
  };
};
const byNameOf = new WeakMap<readonly Assertion[], ReadonlyMap<string, Assertion>>();
/** The assumptions that a use names, in its order; null unless all are there. */
const namedBy = (use: Use, assumptions: readonly Assertion[]): readonly Assertion[] | null => {
  let known = byNameOf.get(assumptions);
  if (known === undefined) byNameOf.set(assumptions, (known = new Map(assumptions.map(a => [a.name, a]))));
  const few: Assertion[] = [];
  for (const n of use.names) {
    const a = known.get(n);
    if (a === undefined) return null;
    few.push(a);
  }
  return few;
};

const PROVED: Verdict = { outcome: 'proved', core: [] };
const isFalse = (f: Formula): boolean => f.op === 'lit' && f.value === 'false';
/** A core is the list of names that Z3 prints. Without one, everything may have been used. */
const usedIn = (core: string | undefined, assumptions: readonly Assertion[]): readonly Assertion[] => {
  if (core === undefined) return assumptions;
  const names = new Set(core.replaceAll(/[()]/g, ' ').split(/\s+/));
  return assumptions.filter(a => names.has(a.name));
};

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

const noteUse = (uses: Map<string, readonly Use[]>, goal: Formula, used: readonly Assertion[]): void => {
  const key = goalName(goal);
  const use = useOf(used);
  const before = uses.get(key) ?? [];
  if (!before.some(b => b.digest === use.digest)) uses.set(key, [...before, use]);
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
  const uses = new Map<string, readonly Use[]>();
  let asked = 0;
  let solved = 0;
  let reused = 0;

  const put = (assertions: readonly Assertion[], budget: number): Promise<SmtAnswer> => {
    solved++;
    return solver.solveSmtlib2(smtQuery(assertions), { rlimit: budget, core: true, signal });
  };

  const solve = async ({ assumptions, goal }: Query, ids: ReadonlyMap<number, string>): Promise<Verdict> => {
    let a: SmtAnswer | undefined;
    for (const use of hints.get(goalName(goal.formula)) ?? []) {
      const few = namedBy(use, assumptions);
      if (few === null) continue;
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
    const used = usedIn(a.core, assumptions);
    lemmas.set(wanted, [...(lemmas.get(wanted) ?? []), new Set(used.map(x => termId(x.formula)))]);
    noteUse(uses, goal.formula, used);
    return { outcome: 'proved', core: used.map(x => x.name) };
  };

  /** What follows from few assumptions follows from more; what does not follow from many does not from fewer. */
  const fromMemory = ({ goal, assumptions }: Query, ids: ReadonlyMap<number, string>): Verdict | null => {
    const wanted = termId(goal.formula);
    const lemma = lemmas.get(wanted)?.find(l => [...l].every(i => ids.has(i)));
    if (lemma !== undefined) {
      const core = new Set([...lemma].map(i => ids.get(i) ?? ''));
      const used = assumptions.filter(a => core.has(a.name));
      noteUse(uses, goal.formula, used);
      return { outcome: 'proved', core: used.map(a => a.name) };
    }
    const failure = failures.get(wanted)?.find(f => [...ids.keys()].every(i => f.of.has(i)));
    return failure === undefined ? null : { outcome: 'open', core: [], reason: failure.reason };
  };

  const ask = async (q: Query): Promise<Verdict> => {
    asked++;
    const { formula } = q.goal;
    if (isFalse(formula)) return PROVED;
    const wanted = termId(formula);
    const ids = new Map<number, string>();
    for (const a of q.assumptions) ids.set(termId(a.formula), a.name);
    const known = fromMemory(q, ids);
    if (known !== null) {
      reused++;
      return known;
    }
    const key = `${String(wanted)}|${[...ids.keys()].sort((a, b) => a - b).join()}`;
    const same = underWay.get(key);
    if (same !== undefined) {
      reused++;
      // It may call the same assumptions otherwise.
      const verdict = await same;
      return fromMemory(q, ids) ?? (verdict.outcome === 'open' ? verdict : ask(q));
    }
    const answer = solve(q, ids);
    underWay.set(key, answer);
    try {
      return await answer;
    } finally {
      underWay.delete(key);
    }
  };

  /** A model is found soon or late, depending on where the search begins: several short ones are better than a long one. */
  const model = async (assertions: readonly Assertion[]): Promise<boolean> => {
    for (const [i, budget] of [4, 4, 4, 8, 20].entries()) {
      const a = await put(i === 0 ? assertions : shuffled(assertions, i), rlimit * budget);
      if (a.status !== 'unknown') return a.status === 'sat';
      if (signal?.aborted === true) return false;
    }
    return false;
  };
  const satisfiable = (assertions: readonly Assertion[]): Promise<boolean> => {
    const ids = assertions.map(a => termId(a.formula)).sort((a, b) => a - b);
    const key = ids.join();
    let answer = witnessed.get(key);
    if (answer === undefined) {
      asked++;
      witnessed.set(key, (answer = model(assertions)));
      // What was cut short is not an answer.
      const forget = (): void => {
        if (signal?.aborted === true) witnessed.delete(key);
      };
      answer.then(forget, forget);
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
  const made = new Map<string, { readonly name: string; readonly recalled: Recalled }>();
  let asked = 0;
  /** Designs have most rules in common: equal obligations are written once. */
  const find = ({ assumptions, goal }: Query): { readonly name: string; readonly recalled: Recalled } | null => {
    for (const use of hints.get(goalName(goal.formula)) ?? []) {
      const few = namedBy(use, assumptions);
      if (few === null || useOf(few).digest !== use.digest) continue;
      const key = `${use.digest} ${goalName(goal.formula)}`;
      let x = made.get(key);
      if (x === undefined) {
        const text = smtQuery([...few, goal]);
        made.set(key, (x = { name: exportName(text), recalled: { text, uses: few.map(a => a.name) } }));
      }
      return x;
    }
    return null;
  };
  return {
    ask: q => {
      asked++;
      if (isFalse(q.goal.formula)) return Promise.resolve(PROVED);
      const found = find(q);
      if (found === null) return Promise.resolve({ outcome: 'open', core: [], reason: 'no proof is remembered' });
      texts.set(found.name, found.recalled);
      return Promise.resolve({ outcome: 'proved', core: found.recalled.uses, texts: [found.name] });
    },
    // A witness is a model; nothing is claimed from memory of it.
    satisfiable: () => Promise.resolve(true),
    uses: () => hints,
    counts: () => ({ asked, solved: 0, reused: asked }),
    exports: () => texts,
  };
};
