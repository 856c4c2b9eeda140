/**
 * What is claimed of a design: for each property that no accepted program breaks it, whatever its length and however many CPUs,
 * maps, elements and nodes there are; or that some program does, with the program.
 */
import type { Design } from '../model/design.js';
import type { At } from '../model/program.js';
import type { PropertyId } from '../model/properties.js';
import { propertyIds } from '../model/properties.js';
import type { SystemSpec } from '../model/system.js';
import type { Induction, Obligation } from './induction.js';

export const outcomes = ['proved', 'refuted', 'unknown', 'vacuous'] as const;
export type Outcome = (typeof outcomes)[number];

/** A finished program that the design accepts on all its branches, and a run of it that breaks the property. */
export interface Refutation {
  /** The scenario that is the program; its file is the BPF C. Else the theme that it was found in. */
  readonly scenario: string;
  readonly steps: number;
  readonly reason: string;
  /** Replayed by the closures, as every counterexample is. */
  readonly replayed: boolean;
  /** The program itself, where a search found it and no file has it. */
  readonly found: { readonly spec: SystemSpec; readonly modelOnly: At | null } | null;
}

export interface Claim {
  /** `ptr-id:list-race`. */
  readonly name: string;
  readonly design: string;
  readonly property: PropertyId;
  readonly outcome: Outcome;
  /** Of a proof: any number of what; of a refutation: the program that refutes it. */
  readonly bound: string;
  /** The conjuncts that the proof uses, a closed set: all hold at first and are preserved by every step. */
  readonly conjuncts: readonly string[];
  /** The facts about the world that it uses. */
  readonly facts: readonly string[];
  /** The guards, by rule, that it uses. */
  readonly guards: readonly string[];
  /** Other claims that it takes for granted: nothing of theirs broke before. Those that are refuted are its limits. */
  readonly premises: readonly PropertyId[];
  readonly obligations: number;
  /** The exported texts of its obligations, where they were put together from memory. */
  readonly texts: readonly string[];
  readonly refutation: Refutation | null;
  /** Of an unknown: what the solver could not show. */
  readonly open: readonly string[];
}

export const BOUND =
  'any number of CPUs, runs, slots, maps, elements, objects and ids, and programs of any length; at most 3 locks held at once by a run, 3 callbacks and preempt regions inside one another';

/** What one proof uses, gathered over everything that it rests on. */
interface Use {
  readonly conjuncts: Set<string>;
  readonly facts: Set<string>;
  readonly guards: Set<string>;
  readonly premises: Set<PropertyId>;
  readonly texts: Set<string>;
  obligations: number;
}

const gather = (x: Induction, own: readonly Obligation[]): Use => {
  const use: Use = {
    conjuncts: new Set(),
    facts: new Set(),
    guards: new Set(),
    premises: new Set(),
    texts: new Set(),
    obligations: 0,
  };
  const byName = new Map(x.steps.map(s => [s.name, s]));
  const take = (list: readonly Obligation[]): void => {
    for (const o of list) {
      use.obligations++;
      for (const t of o.verdict.texts ?? []) use.texts.add(t);
      const step = o.name.slice(o.name.indexOf(':') + 1);
      for (const n of o.verdict.core) {
        const [kind = '', ...rest] = n.split('.');
        const name = rest.join('.');
        if (kind === 'fact' || kind === 'world') use.facts.add(name);
        else if (kind.startsWith('well-formed')) use.conjuncts.add(name);
        else if (kind === 'step' && name.startsWith('guard.'))
          use.guards.add(`${byName.get(step)?.event ?? step}:${name.slice('guard.'.length)}`);
        else if (kind === 'calm') {
          const property = propertyIds.find(p => name.startsWith(`${p}.`));
          if (property !== undefined) use.premises.add(property);
        } else if (kind === 'inv' && !use.conjuncts.has(name)) {
          use.conjuncts.add(name);
          take(x.of.get(name) ?? []);
        }
      }
    }
  };
  take(own);
  return use;
};

const sorted = <T extends string>(s: Iterable<T>): T[] => [...s].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

/** The properties whose breach no step of the all-programs system is written to notice. */
const special: ReadonlySet<PropertyId> = new Set<PropertyId>(['bad-prune', 'wrong-lock']);

/** The claims of one design, from what the solver showed and what the scenarios break. */
export const claimsOf = (
  design: Design,
  x: Induction,
  pruning: {
    readonly obligations: readonly Obligation[];
    readonly invariant: readonly Obligation[];
    readonly witnessed: boolean;
  } | null,
  refutations: ReadonlyMap<PropertyId, Refutation>,
  isVacuous: boolean,
): Claim[] => {
  const protectedBy = x.closed.filter(c => c.name.startsWith('protected.')).map(c => c.name);
  return propertyIds.map((property): Claim => {
    const name = `${design.id}:${property}`;
    const refutation = refutations.get(property) ?? null;
    const own: readonly Obligation[] =
      property === 'bad-prune'
        ? [...(pruning?.obligations ?? []), ...(pruning?.invariant ?? [])]
        : property === 'wrong-lock'
          ? protectedBy.flatMap(p => x.of.get(p) ?? [])
          : (x.properties.get(property) ?? []);
    const open = own.filter(o => o.verdict.outcome !== 'proved').map(o => o.name);
    const missing = special.has(property) && own.length === 0;
    const use = gather(x, own);
    const isProved = open.length === 0 && !missing;
    const base = { name, design: design.id, property };
    if (refutation !== null)
      return {
        ...base,
        outcome: 'refuted',
        bound: `the program ${refutation.scenario}`,
        conjuncts: [],
        facts: [],
        guards: [],
        premises: [],
        obligations: 0,
        texts: [],
        refutation,
        open: [],
      };
    return {
      ...base,
      outcome: !isProved
        ? 'unknown'
        : (property === 'bad-prune' ? pruning?.witnessed === false : isVacuous)
          ? 'vacuous'
          : 'proved',
      bound: BOUND,
      conjuncts: isProved ? sorted([...use.conjuncts, ...(property === 'wrong-lock' ? protectedBy : [])]) : [],
      facts: isProved ? sorted(use.facts) : [],
      guards: isProved ? sorted(use.guards) : [],
      // What a pruned path would have done was never looked at.
      premises: isProved ? sorted(use.premises.add('bad-prune')).filter(p => p !== property) : [],
      obligations: use.obligations,
      texts: isProved ? sorted(use.texts) : [],
      refutation: null,
      open: missing ? ['no lock is shown to be held at all operations'] : open,
    };
  });
};
