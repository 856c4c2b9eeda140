/** The ledger: every claim with its outcome and what shows it, so that others can check it again. */
import { createHash } from 'node:crypto';
import type { Design } from '../model/design.js';
import type { Rules } from '../model/rules/index.js';
import { rulesOf } from '../model/rules/index.js';
import { ruleText } from '../encodings/rule-key.js';
import type { Claim, Outcome } from './claims.js';
import { BOUND, claimsOf } from './claims.js';
import type { Hints } from './hints.js';
import { induce } from './induction.js';
import { provePruning } from './pruning.js';
import type { RestsOn } from './rests-on.js';
import type { Recall, Recalled } from './prover.js';
import { recallProver } from './prover.js';

export const LEDGER_VERSION = 1;

export interface LedgerEntry {
  readonly claim: string;
  readonly outcome: Outcome;
  /** Of a proof: how many obligations, and a digest of their exported texts. */
  readonly obligations?: number;
  readonly digest?: string;
  readonly conjuncts?: readonly string[];
  readonly facts?: readonly string[];
  readonly guards?: readonly string[];
  /** Of these, those that the claim rests on: without one of them it is refuted. */
  readonly restsOn?: readonly string[];
  /** Pairs of them that stand in for each other: it is refuted only without both. */
  readonly pairs?: readonly (readonly [string, string])[];
  readonly premises?: readonly string[];
  /** Of a refutation: the scenario that is the program, and how many steps its run takes. */
  readonly program?: string;
  readonly steps?: number;
  readonly reason?: string;
  /** Nothing can be left out of the program: no run, no statement, no branch. */
  readonly minimal?: boolean;
}

export interface Ledger {
  readonly schemaVersion: number;
  readonly bound: string;
  readonly solver: string;
  /** By design, a digest of its rules. */
  readonly rules: Readonly<Record<string, string>>;
  readonly claims: readonly LedgerEntry[];
}

const digestOf = (texts: Iterable<string>): string =>
  createHash('sha256')
    .update([...texts].join('\n'))
    .digest('hex')
    .slice(0, 32);

/** Changes when a rule of the design does, or the design itself. */
export const rulesDigest = (d: Design, rules: Rules): string =>
  digestOf([
    JSON.stringify(d),
    ...[...rules.values()].flatMap(e => [
      e.event,
      ruleText(e.verifier),
      ...e.machine.map(m => `${String(m.from)}>${String(m.to)} ${ruleText(m.does)}`),
    ]),
  ]);

/** The claims of a design as memory has them, and the texts of their obligations. Asks no solver. */
export const recall = async (
  design: Design,
  hints: Hints,
  refuted: ReadonlySet<string> = new Set(),
  prover: Recall = recallProver(hints.uses),
): Promise<{ readonly claims: readonly Claim[]; readonly texts: ReadonlyMap<string, Recalled> }> => {
  const rules = rulesOf(design);
  const without = hints.open.get(design.id);
  const x = await induce(design, rules, prover, { ...(without && { without }) });
  // A witness is a model, and memory has none: `prove` has asked for it.
  const pruning = { ...(await provePruning(design, rules, prover)), witnessed: true };
  const claims = claimsOf(design, x, pruning, new Map(), false);
  const mine = claims.filter(c => !refuted.has(c.name) && c.outcome === 'proved');
  const wanted = new Set(mine.flatMap(c => c.texts));
  return { claims: mine, texts: new Map([...prover.exports()].filter(([name]) => wanted.has(name))) };
};

export const provedEntry = (c: Claim, rests: RestsOn | undefined): LedgerEntry => ({
  claim: c.name,
  outcome: 'proved',
  obligations: c.obligations,
  digest: digestOf(c.texts),
  conjuncts: c.conjuncts,
  facts: c.facts,
  guards: c.guards,
  ...(rests && { restsOn: rests.guards, pairs: rests.pairs }),
  premises: c.premises,
});

/** What a run of the proofs says, as a ledger. The evidence of proofs is put together from what they used. */
export const ledgerOf = async (
  designs: readonly Design[],
  claims: readonly Claim[],
  hints: Hints,
  solver: string,
  {
    restsOn = new Map<string, RestsOn>(),
    minimal = new Set<string>(),
  }: { readonly restsOn?: ReadonlyMap<string, RestsOn>; readonly minimal?: ReadonlySet<string> } = {},
): Promise<Ledger> => {
  const entries: LedgerEntry[] = [];
  const prover = recallProver(hints.uses);
  for (const d of designs) {
    const mine = claims.filter(c => c.design === d.id);
    const refuted = new Set(mine.filter(c => c.outcome !== 'proved').map(c => c.name));
    const known = new Map((await recall(d, hints, refuted, prover)).claims.map(c => [c.name, c]));
    for (const c of mine) {
      const r = c.refutation;
      const again = known.get(c.name);
      entries.push(
        r !== null
          ? {
              claim: c.name,
              outcome: c.outcome,
              program: r.scenario,
              steps: r.steps,
              reason: r.reason,
              minimal: minimal.has(c.name),
            }
          : again !== undefined
            ? provedEntry(again, restsOn.get(c.name))
            : { claim: c.name, outcome: c.outcome === 'proved' ? 'unknown' : c.outcome },
      );
    }
  }
  return {
    schemaVersion: LEDGER_VERSION,
    bound: BOUND,
    solver,
    rules: Object.fromEntries(designs.map(d => [d.id, rulesDigest(d, rulesOf(d))])),
    claims: entries,
  };
};

export const ledgerText = (l: Ledger): string => {
  const claims = l.claims.map(c => `    ${JSON.stringify(c)}`).join(',\n');
  const head = { schemaVersion: l.schemaVersion, bound: l.bound, solver: l.solver, rules: l.rules };
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "claims": [\n${claims}\n  ]\n}\n`;
};

/** What is wrong with a ledger as a file; its exit code is that of bad input. */
export class LedgerError extends Error {}

export const designOfClaim = (claim: string): string => claim.slice(0, claim.lastIndexOf(':'));

const isRecord = (x: unknown): x is Readonly<Record<string, unknown>> => typeof x === 'object' && x !== null;

/** Throws LedgerError unless the text is a whole ledger of this version. */
export const readLedger = (text: string): Ledger => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new LedgerError(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isRecord(value) || !Array.isArray(value['claims']) || !isRecord(value['rules']))
    throw new LedgerError('it has no claims, or no digests of rules');
  if (value['schemaVersion'] !== LEDGER_VERSION)
    throw new LedgerError(`its version is ${String(value['schemaVersion'])}, not ${String(LEDGER_VERSION)}`);
  const digests = value['rules'];
  const claims = new Set<string>();
  for (const c of value['claims'] as readonly unknown[]) {
    const isEntry =
      isRecord(c) &&
      typeof c['claim'] === 'string' &&
      c['claim'].includes(':') &&
      (['proved', 'refuted', 'unknown', 'vacuous'] as const).some(o => o === c['outcome']) &&
      (c['outcome'] !== 'proved' || typeof c['digest'] === 'string') &&
      (c['outcome'] !== 'refuted' || typeof c['program'] === 'string');
    if (!isEntry) throw new LedgerError(`a claim is not whole: ${JSON.stringify(c).slice(0, 80)}`);
    const claim = String(c['claim']);
    if (claims.has(claim)) throw new LedgerError(`${claim} is there twice`);
    claims.add(claim);
    const design = designOfClaim(claim);
    if (typeof digests[design] !== 'string') throw new LedgerError(`it has no digest of the rules of ${design}`);
  }
  return value as unknown as Ledger;
};
