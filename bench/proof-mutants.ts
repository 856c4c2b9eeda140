/**
 * Do the proofs about every program notice that a guard is dropped or an effect lost? The largest closed part of the invariant is
 * sought again under the changed rules. Obligations that are as they were are recalled, so that a mutant costs what it changes.
 */
import type { Design } from '../model/design.js';
import type { PropertyId } from '../model/properties.js';
import { propertyIds } from '../model/properties.js';
import { rulesOf } from '../model/rules/index.js';
import { ModelBug } from '../model/term.js';
import type { Mutant } from '../encodings/mutation.js';
import { claimedOf } from '../proofs/claimed.js';
import type { Claim } from '../proofs/claims.js';
import { claimsOf } from '../proofs/claims.js';
import type { Hints } from '../proofs/hints.js';
import type { Induction, Obligation } from '../proofs/induction.js';
import { induce } from '../proofs/induction.js';
import type { PruningProof } from '../proofs/pruning.js';
import { provePruning } from '../proofs/pruning.js';
import type { Prover } from '../proofs/prover.js';
import { SHOWN } from '../proofs/prover.js';
import { witness } from '../proofs/witness.js';

/** What is not proved any more without a guard or an effect. */
export interface Notice {
  readonly claim: string;
  /** The obligation that is open first, and why; that of a conjunct comes before what fails for want of the conjunct. */
  readonly open: string;
  /** A state shows it. Else the solver gave up somewhere: the claim is not proved, but it may be true. */
  readonly isShown: boolean;
}

export interface ProofSurvey {
  /** The claims that are proved under the rules as they are: a mutant can break nothing else. */
  readonly proved: readonly string[];
  /** The first of them that a mutant of the design's rules leaves without a proof; undefined if all are proved as before. */
  readonly notice: (m: Mutant) => Promise<Notice | undefined>;
}

export interface ProofSurveyOptions {
  readonly hints: Hints;
  /** All that are not claimed to be refuted unless given. */
  readonly properties?: readonly PropertyId[];
  /** Conjuncts that are left out; those that earlier were not closed unless given. */
  readonly without?: ReadonlySet<string>;
}

const allBut = (some: readonly PropertyId[]): ReadonlySet<PropertyId> =>
  new Set(propertyIds.filter(p => !some.includes(p)));

const isOpen = (o: Obligation): boolean => o.verdict.outcome !== 'proved';
/** What a claim is about: of its own, not of the conjuncts that it uses. */
const obligationsOf = (c: Claim, x: Induction, pruning: PruningProof | null): readonly Obligation[] =>
  c.property === 'bad-prune' ? (pruning?.obligations ?? []) : (x.properties.get(c.property) ?? []);

const noticeOf = (claim: Claim, x: Induction, pruning: PruningProof | null): Notice => {
  if (claim.outcome === 'vacuous')
    return { claim: claim.name, open: 'no state is found in which its assumptions hold', isShown: false };
  const failed = obligationsOf(claim, x, pruning).find(isOpen);
  const [first] = claim.property === 'bad-prune' ? [] : x.dropped;
  const all = [
    ...(first === undefined ? [] : [{ name: `${first.conjunct.name}:${first.at}`, reason: first.reason }]),
    ...(failed === undefined ? [] : [{ name: failed.name, reason: failed.verdict.reason ?? '' }]),
  ];
  return {
    claim: claim.name,
    open: [...all.map(o => `${o.name} (${o.reason})`), ...(failed === undefined ? claim.open : [])].join(', then '),
    isShown: all.length > 0 && all.every(o => o.reason === SHOWN),
  };
};

/** Proves what is claimed of the design once, then takes questions. One prover may serve many designs. */
export const proofSurvey = async (
  design: Design,
  prover: Prover,
  { hints, properties = propertyIds, without = hints.open.get(design.id) ?? new Set() }: ProofSurveyOptions,
): Promise<ProofSurvey> => {
  const rules = rulesOf(design);
  const claimed = properties.filter(p => claimedOf(design.id, p) !== 'refuted');
  const base = await induce(design, rules, prover, { without, broken: allBut(claimed) });
  const pruning = claimed.includes('bad-prune') ? await provePruning(design, rules, prover) : null;
  const claims = (x: Induction, p: PruningProof | null, isVacuous: boolean): Claim[] =>
    claimsOf(design, x, p, new Map(), isVacuous).filter(c => claimed.includes(c.property));
  const isVacuous = !(await witness(base, rules, prover));
  const proved = claims(base, pruning, isVacuous).filter(c => c.outcome === 'proved');
  const isLost = (c: Claim): boolean => c.outcome !== 'proved' && proved.some(p => p.name === c.name);
  const broken = allBut(proved.map(c => c.property));

  /** Of rules that are as they were, all was shown if what may be assumed is the same. */
  const pruningUnder = async (m: Mutant): Promise<PruningProof | null> => {
    if (pruning === null || m.side === 'machine') return pruning;
    const changed = rules.get(m.event);
    if (changed === undefined) throw new ModelBug(`no rule for ${m.event}`);
    const one = await provePruning(design, m.rules(), prover, { only: [changed.verifier.name] });
    return one.dropped.length === pruning.dropped.length ? one : provePruning(design, m.rules(), prover);
  };

  /** One that has an open obligation of its own first: a search that has ended there says nothing of what needs conjuncts alone. */
  const firstLost = (x: Induction, p: PruningProof | null, isEmpty: boolean): Notice | undefined => {
    const lost = claims(x, p, isEmpty).filter(isLost);
    const claim = lost.find(c => obligationsOf(c, x, p).some(isOpen)) ?? lost[0];
    return claim === undefined ? undefined : noticeOf(claim, x, p);
  };

  return {
    proved: proved.map(c => c.name),
    notice: async m => {
      const skipped = await pruningUnder(m);
      const early = firstLost(base, skipped, false);
      if (early !== undefined) return early;
      const x = await induce(design, m.rules(), prover, { without, broken, untilOpen: true });
      return firstLost(x, skipped, !(await witness(x, m.rules(), prover)));
    },
  };
};
