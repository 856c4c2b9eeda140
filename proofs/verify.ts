/**
 * Checks a ledger again, by other means than made it: the obligations are put together anew and given to native solvers in
 * processes of their own; refutations are replayed; a small checker of its own tries the invariant on concrete states.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Design } from '../model/design.js';
import { rulesOf } from '../model/rules/index.js';
import { nativeVersion, runNativeBatch } from '../encodings/solver/native.js';
import type { Scenario } from '../scenarios/header.js';
import type { Refutation } from './claims.js';
import { BOUND } from './claims.js';
import type { Hints } from './hints.js';
import type { Ledger, LedgerEntry } from './ledger.js';
import { LedgerError, designOfClaim, provedEntry, recall, rulesDigest } from './ledger.js';
import { compareAll } from './matrix.js';
import { exportName, recallProver } from './prover.js';
import { refutationsOf } from './refutations.js';
import { conjunctsOf } from './invariant/index.js';
import type { SmallCheckReport } from './small-check.js';
import { smallCheck } from './small-check.js';

/** The solvers that are asked where they are installed, and how they read a text from their input. */
export const nativeSolvers = [
  { binary: 'z3', args: ['-in'], install: 'apt install z3' },
  { binary: 'cvc5', args: ['--lang=smt2', '--incremental', '--quiet', '--enum-inst'], install: 'apt install cvc5' },
] as const;

export interface SolverCheck {
  readonly solver: string;
  readonly version: string | null;
  readonly asked: number;
  readonly agreed: number;
  /** Names of texts that the solver finds satisfiable. */
  readonly refuted: readonly string[];
  /** Names of texts that it gives up on. */
  readonly unknown: readonly string[];
}

export interface Verification {
  readonly claims: number;
  readonly texts: number;
  readonly solvers: readonly SolverCheck[];
  /** What is not as the ledger says. */
  readonly disagreements: readonly string[];
  /** What could not be checked. */
  readonly inconclusive: readonly string[];
  readonly replayed: number;
  /** What the small checker saw, of designs whose invariants differ. */
  readonly small: readonly SmallCheckReport[];
}

export interface VerifyOptions {
  readonly ledger: Ledger;
  readonly designs: readonly Design[];
  readonly scenarios: readonly Scenario[];
  readonly hints: Hints;
  readonly jobs: number;
  /** For one text. */
  readonly budgetMs: number;
  /** A folder with exported texts, which must be those of the ledger. */
  readonly from?: string;
  readonly solvers?: readonly (typeof nativeSolvers)[number]['binary'][];
  /** Invariant states that the small checker takes steps from, in each of its worlds; 0 leaves it out. */
  readonly samples: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, what: string) => void;
}

/** The texts of a folder. Throws LedgerError for a text that is not what its name says. */
export const readExports = (folder: string): ReadonlyMap<string, string> => {
  if (!existsSync(folder)) throw new LedgerError(`there is no folder ${folder}`);
  const texts = new Map<string, string>();
  for (const file of readdirSync(folder)) {
    if (!file.endsWith('.smt2')) continue;
    const name = file.slice(0, -'.smt2'.length);
    const text = readFileSync(join(folder, file), 'utf8');
    if (exportName(text) !== name) throw new LedgerError(`${join(folder, file)}: cut short, or changed`);
    texts.set(name, text);
  }
  return texts;
};

const BATCH = 40;

/** Puts every text to a native solver, many to one process. */
export const checkTexts = (
  binary: (typeof nativeSolvers)[number]['binary'],
  texts: ReadonlyMap<string, string>,
  o: Pick<VerifyOptions, 'jobs' | 'budgetMs' | 'signal' | 'onProgress'>,
): Promise<SolverCheck> => {
  const solver = nativeSolvers.find(s => s.binary === binary);
  if (solver === undefined) throw new Error(`no solver ${binary}`);
  return checkWith(solver, texts, o);
};

const checkWith = async (
  solver: (typeof nativeSolvers)[number],
  texts: ReadonlyMap<string, string>,
  o: Pick<VerifyOptions, 'jobs' | 'budgetMs' | 'signal' | 'onProgress'>,
): Promise<SolverCheck> => {
  const version = await nativeVersion(solver.binary);
  const none = { solver: solver.binary, version, asked: 0, agreed: 0, refuted: [], unknown: [] };
  if (version === null) return none;
  const refuted: string[] = [];
  const unknown: string[] = [];
  const names = [...texts.keys()];
  const batches = Array.from({ length: Math.ceil(names.length / BATCH) }, (_, i) =>
    names.slice(i * BATCH, (i + 1) * BATCH),
  );
  let done = 0;
  let agreed = 0;
  const put = (some: readonly string[], deadlineMs: number) =>
    runNativeBatch(
      { ...solver, deadlineMs },
      some.map(n => texts.get(n) ?? ''),
    );
  const worker = async (): Promise<void> => {
    for (let b = batches.shift(); b !== undefined && o.signal?.aborted !== true; b = batches.shift()) {
      const said = (await put(b, o.budgetMs * 4)) ?? [];
      for (const [i, name] of b.entries()) {
        // What a batch did not answer is asked alone, with all of its budget.
        const status =
          said[i] === 'unknown' || said[i] === undefined ? ((await put([name], o.budgetMs)) ?? [])[0] : said[i];
        if (status === 'unsat') agreed++;
        else if (status === 'sat') refuted.push(name);
        else unknown.push(name);
        o.onProgress?.(++done, names.length, solver.binary);
      }
    }
  };
  await Promise.all(Array.from({ length: o.jobs }, worker));
  return { solver: solver.binary, version, asked: done, agreed, refuted, unknown };
};

/** States of the finite system that the small checker looks at, for each of its sizes. */
const SMALL_STATES = 1500;

/** One design of each invariant, tried on concrete states by an evaluator that shares nothing with the encodings. */
const smallChecks = (designs: readonly Design[], o: VerifyOptions): SmallCheckReport[] => {
  const seen = new Set<string>();
  const out: SmallCheckReport[] = [];
  if (o.samples === 0) return out;
  for (const d of designs) {
    if (!d.hasGraphs || o.signal?.aborted === true) continue;
    const closed = conjunctsOf(d).filter(c => o.hints.open.get(d.id)?.has(c.name) !== true);
    const key = closed.map(c => c.name).join();
    if (seen.has(key)) continue;
    seen.add(key);
    o.onProgress?.(seen.size, designs.length, `small checker, ${d.id}`);
    out.push(smallCheck(d, { seed: o.seed, samples: o.samples, maxStates: SMALL_STATES, closed }));
  }
  return out;
};

const same = (a: LedgerEntry, b: LedgerEntry): boolean =>
  a.digest === b.digest &&
  a.obligations === b.obligations &&
  JSON.stringify([a.conjuncts, a.facts, a.guards, a.premises]) ===
    JSON.stringify([b.conjuncts, b.facts, b.guards, b.premises]);

export const verifyLedger = async (o: VerifyOptions): Promise<Verification> => {
  const disagreements: string[] = [];
  const inconclusive: string[] = [];
  const designs = o.designs.filter(d => o.ledger.rules[d.id] !== undefined);
  if (o.ledger.bound !== BOUND) disagreements.push('the ledger claims another bound than is proved');
  const texts = new Map<string, string>();
  const prover = recallProver(o.hints.uses);
  for (const d of designs) {
    if (o.ledger.rules[d.id] !== rulesDigest(d, rulesOf(d))) {
      disagreements.push(`${d.id}: the ledger is about other rules than these`);
      continue;
    }
    const again = await recall(d, o.hints, new Set(), prover);
    const proved = new Map(again.claims.map(c => [c.name, c]));
    for (const e of o.ledger.claims.filter(c => c.claim.startsWith(`${d.id}:`))) {
      if (e.outcome === 'unknown' || e.outcome === 'vacuous') inconclusive.push(`${e.claim}: ${e.outcome}`);
      const c = proved.get(e.claim);
      if (e.outcome === 'unknown' && c !== undefined)
        disagreements.push(`${e.claim}: said to be unknown, and a proof is remembered`);
      if (e.outcome !== 'proved') continue;
      if (c === undefined) disagreements.push(`${e.claim}: said to be proved, and no proof is remembered`);
      else if (!same(e, provedEntry(c, undefined)))
        disagreements.push(`${e.claim}: its evidence is not what the rules give`);
      else for (const t of c.texts) texts.set(t, again.texts.get(t)?.text ?? '');
    }
  }
  // Refutations: the programs are run again.
  const asked = o.scenarios;
  const { cells } = await compareAll({
    designs,
    scenarios: asked,
    jobs: o.jobs,
    engines: 'explicit',
    solverBudgetMs: 1000,
    ...(o.signal && { signal: o.signal }),
    onProgress: (done, total) => o.onProgress?.(done, total, 'programs'),
  });
  const broken = refutationsOf(cells, o.scenarios);
  let replayed = 0;
  for (const e of o.ledger.claims) {
    const design = designOfClaim(e.claim);
    if (!designs.some(d => d.id === design)) continue;
    const by = (all: typeof broken): Refutation | undefined =>
      [...(all.get(design) ?? [])].find(([p]) => `${design}:${p}` === e.claim)?.[1];
    const found = by(broken);
    if (e.outcome === 'refuted') {
      const own = by(
        refutationsOf(
          cells.filter(c => c.scenario === e.program),
          o.scenarios,
        ),
      );
      if (own === undefined || own.steps !== e.steps || own.reason !== e.reason)
        disagreements.push(`${e.claim}: said to be refuted, and ${e.program ?? 'no program'} does not do what it says`);
      else replayed++;
    } else if (found !== undefined)
      disagreements.push(`${e.claim}: said to be ${e.outcome}, and ${found.scenario} breaks it`);
  }
  if (o.from !== undefined) {
    const exported = readExports(o.from);
    const missing = [...texts.keys()].filter(t => !exported.has(t));
    if (missing.length > 0)
      throw new LedgerError(`${o.from}: ${String(missing.length)} of the ledger's obligations are missing`);
  }
  const solvers: SolverCheck[] = [];
  for (const s of nativeSolvers) {
    if (o.solvers?.includes(s.binary) === false) continue;
    const check = await checkWith(s, texts, o);
    solvers.push(check);
    for (const t of check.refuted) disagreements.push(`${s.binary} finds a state where the obligation ${t} fails`);
    for (const t of check.unknown) inconclusive.push(`${s.binary} has no answer to the obligation ${t}`);
  }
  const small = smallChecks(designs, o);
  for (const r of small)
    if (r.disagreement !== undefined)
      disagreements.push(
        `${r.design}: the small checker finds ${r.disagreement.clause} false in ${r.disagreement.where}`,
      );
  return {
    claims: o.ledger.claims.length,
    texts: texts.size,
    small,
    solvers,
    disagreements,
    inconclusive,
    replayed,
  };
};
