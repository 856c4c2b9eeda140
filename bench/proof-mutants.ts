/**
 * Do the proofs about every program notice that a guard is dropped or an effect lost? The invariant is put to the solver again under
 * the changed rules. Obligations that are as they were are recalled; where all claims are still proved, nobody noticed.
 */
import type { Design } from '../model/design.js';
import type { PropertyId } from '../model/properties.js';
import { propertyIds } from '../model/properties.js';
import type { Rules } from '../model/rules/index.js';
import { rulesOf } from '../model/rules/index.js';
import { ModelBug } from '../model/term.js';
import type { Mutant } from '../encodings/mutation.js';
import { claimedOf } from '../proofs/claimed.js';
import type { Claim } from '../proofs/claims.js';
import { claimsOf } from '../proofs/claims.js';
import type { Hints } from '../proofs/hints.js';
import type { Induction } from '../proofs/induction.js';
import { induce } from '../proofs/induction.js';
import type { PruningProof } from '../proofs/pruning.js';
import { provePruning } from '../proofs/pruning.js';
import type { Prover } from '../proofs/prover.js';
import { witness } from '../proofs/witness.js';

/** What is not proved any more without a guard or an effect. */
export interface Notice {
  readonly claim: string;
  /** The obligation that is open first, and why; that of a conjunct comes before what fails without the conjunct. */
  readonly open: string;
}

export interface ProofSurvey {
  /** What is proved under the rules as they are: a mutant can break nothing else. */
  readonly proved: readonly string[];
  /** The first claim that a mutant of the design's rules leaves without a proof; undefined if all are proved as before. */
  readonly notice: (m: Mutant) => Promise<Notice | undefined>;
}

interface Attempt {
  readonly x: Induction;
  readonly pruning: PruningProof;
  readonly proved: readonly Claim[];
}

export interface ProofSurveyOptions {
  readonly hints: Hints;
  /** Those of the claims that are asked; all that are not claimed to be refuted unless given. */
  readonly properties?: readonly PropertyId[];
  /** Conjuncts that are left out; those that earlier were not closed unless given. */
  readonly without?: ReadonlySet<string>;
}

/** The event's rule of the verifier, as pruning calls it. */
const ruleOf = (rules: Rules, event: string): string => {
  const e = rules.get(event);
  if (e === undefined) throw new ModelBug(`no rule for ${event}`);
  return e.verifier.name;
};

const allBut = (some: readonly PropertyId[]): ReadonlySet<PropertyId> =>
  new Set(propertyIds.filter(p => !some.includes(p)));

/** Proves what is claimed of the design once, then takes questions. One prover can serve many designs. */
export const proofSurvey = async (
  design: Design,
  prover: Prover,
  { hints, properties = propertyIds, without = hints.open.get(design.id) ?? new Set() }: ProofSurveyOptions,
): Promise<ProofSurvey> => {
  const rules = rulesOf(design);
  const claimsFrom = (x: Induction, pruning: PruningProof, isVacuous: boolean): Claim[] =>
    claimsOf(design, x, pruning, new Map(), isVacuous);
  const base = await (async (): Promise<Attempt> => {
    const asked = properties.filter(p => claimedOf(design.id, p) !== 'refuted');
    const x = await induce(design, rules, prover, { without, broken: allBut(asked) });
    const pruning = await provePruning(design, rules, prover);
    const claims = claimsFrom(x, pruning, !(await witness(x, rules, prover)));
    return { x, pruning, proved: claims.filter(c => c.outcome === 'proved' && asked.includes(c.property)) };
  })();
  const { proved } = base;
  const isLost = (c: Claim): boolean => c.outcome !== 'proved' && proved.some(p => p.property === c.property);
  const broken = allBut(proved.map(c => c.property));

  /** As the solver is asked about pruning: of rules that are as they were, all was shown. */
  const pruningUnder = async (m: Mutant): Promise<PruningProof> => {
    if (m.side === 'machine' || !proved.some(c => c.property === 'bad-prune')) return base.pruning;
    const one = await provePruning(design, m.rules(), prover, { only: [ruleOf(rules, m.event)] });
    return one.dropped.length === base.pruning.dropped.length ? one : provePruning(design, m.rules(), prover);
  };

  const lost = (claims: readonly Claim[], x: Induction, pruning: PruningProof): Notice | undefined => {
    const claim = claims.find(isLost);
    if (claim === undefined) return undefined;
    if (claim.outcome === 'vacuous')
      return { claim: claim.name, open: 'no state is found in which its assumptions hold' };
    const [first] = claim.property === 'bad-prune' ? [] : x.dropped;
    if (first !== undefined)
      return {
        claim: claim.name,
        open: `${first.conjunct.name} at ${first.at} (${first.reason}), then ${claim.open[0] ?? ''}`,
      };
    const own = claim.property === 'bad-prune' ? pruning.obligations : (x.properties.get(claim.property) ?? []);
    const open = own.find(o => o.verdict.outcome !== 'proved');
    return { claim: claim.name, open: `${claim.open[0] ?? ''} (${open?.verdict.reason ?? ''})` };
  };

  return {
    proved: proved.map(c => c.name),
    notice: async m => {
      const pruning = await pruningUnder(m);
      // What is seen of one rule alone is asked before what many rules keep.
      const early = lost(claimsFrom(base.x, pruning, false), base.x, pruning);
      if (early !== undefined) return early;
      const x = await induce(design, m.rules(), prover, { without, broken, untilOpen: true });
      const isVacuous = !(await witness(x, m.rules(), prover));
      return lost(claimsFrom(x, pruning, isVacuous), x, pruning);
    },
  };
};
