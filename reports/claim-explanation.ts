/** What a claim says, what shows it, and what it takes for granted: from the ledger, and the sentences of facts and conjuncts. */
import type { Design } from '../model/design.js';
import type { PropertyId } from '../model/properties.js';
import { properties, propertyIds } from '../model/properties.js';
import { rulesOf } from '../model/rules/index.js';
import { factsOf } from '../proofs/facts.js';
import { conjunctsOf } from '../proofs/invariant/index.js';
import type { Ledger, LedgerEntry } from '../proofs/ledger.js';
import { rulesDigest } from '../proofs/ledger.js';
import { noMapNoEntry, wellFormed } from '../proofs/well-formed.js';
import type { Explanation, Item } from './explanation.js';
import { item, sourceOfDesign } from './explanation.js';
import { count, inSentence, sentence } from './layout.js';

interface Section {
  readonly title: string;
  readonly items: readonly Item[];
}

/** The claim in English, whatever is known of it. */
const claimText = (d: Design, p: PropertyId): string =>
  p === 'bad-prune'
    ? `Of no program that ${d.id} accepts is this true: ${inSentence(properties[p])}.`
    : `No programs that ${d.id} accepts, of any length and however they run together, make this the first thing to go wrong: ${inSentence(properties[p])}.`;

const MINIMAL =
  'no program that we have breaks it in fewer steps; nothing can be left out of this one: no run, no statement, no branch';

const outcomeItem = (d: Design, p: PropertyId, e: LedgerEntry | undefined): Item => {
  if (e === undefined)
    return item(
      'not in the ledger: nothing is said of it',
      ['to ask', `holdfast prove ${d.id} --property ${p}`],
      [
        'to keep',
        `holdfast prove ${d.id} --ledger my.json, then holdfast explain ${d.id}:${p} --ledger my.json; holdfast prove --ledger proofs/ledger.json makes the ledger of this version, for all designs`,
      ],
    );
  switch (e.outcome) {
    case 'proved':
      return item('proved');
    case 'refuted':
      return item(
        `refuted by the program ${e.program ?? ''} in ${count(e.steps ?? 0, 'step')}`,
        ['breaks', e.reason ?? ''],
        ['smallest', e.minimal === true ? MINIMAL : 'something can be left out of it'],
        ['its run', `holdfast compare --cell ${e.program ?? ''}@${d.id}`],
      );
    case 'vacuous':
      return item('vacuous: what the proof assumes was not shown to be possible, so it counts for nothing');
    case 'unknown':
      return item('unknown: neither proved nor refuted', [
        'open',
        `holdfast prove ${d.id} --property ${p} names what is not shown`,
      ]);
  }
};

/** Names with their sentences. A name that this version does not have says so. */
const withSentences = (
  names: readonly string[],
  known: readonly { readonly name: string; readonly doc: string }[],
): Item[] => {
  // Names in proofs are those of SMT-LIB: what may not stand there is an underscore.
  const doc = new Map(known.map(k => [k.name.replaceAll(/[^A-Za-z0-9.-]/g, '_'), k.doc]));
  return names.map(n => item(n, ['', doc.get(n) ?? 'this version has nothing of that name']));
};

/** What is taken not to have gone wrong before, and whether that is shown. */
const premiseItems = (d: Design, p: PropertyId, e: LedgerEntry, ledger: Ledger): Item[] => {
  const says = (id: PropertyId): string => {
    const other = ledger.claims.find(c => c.claim === `${d.id}:${id}`);
    if (other === undefined) return 'not in the ledger';
    return other.outcome === 'refuted'
      ? `REFUTED in this design, by ${other.program ?? ''}: after that nothing is claimed`
      : other.outcome;
  };
  const own = propertyIds.filter(id => e.premises?.includes(id) === true);
  const premise = (id: PropertyId): Item => item(id, ['', sentence(properties[id])], ['here', says(id)]);
  // Pruning is no step of the system, so no core names it; what was skipped was never looked at.
  return [...own.map(premise), ...(p === 'bad-prune' || own.includes('bad-prune') ? [] : [premise('bad-prune')])];
};

/** Guards with the rules they stand in, and the kernel functions that make the tests. */
const guardItems = (d: Design, e: LedgerEntry): Item[] => {
  const rules = rulesOf(d);
  const in_ = new Map<string, string[]>();
  for (const name of e.guards ?? []) {
    const at = name.lastIndexOf(':');
    const guard = name.slice(at + 1);
    in_.set(guard, [...(in_.get(guard) ?? []), name.slice(0, at)]);
  }
  return [...in_].map(([guard, events]) => {
    const kernel = new Set(
      events.flatMap(event =>
        (rules.get(event)?.verifier.guards ?? []).filter(g => g.name === guard).map(g => g.kernel),
      ),
    );
    return item(
      guard,
      ['in', events.join(', ')],
      ...(kernel.size === 0 ? [] : [['tested in', [...kernel].join(', ')] as const]),
    );
  });
};

const proofSections = (d: Design, p: PropertyId, e: LedgerEntry, ledger: Ledger): Section[] => [
  { title: 'Bound', items: [item(ledger.bound)] },
  {
    title: 'Premises: a run ends at its first bad thing, so none of these has broken before',
    items: premiseItems(d, p, e, ledger),
  },
  {
    title: 'Assumed of the world',
    items: withSentences(e.facts ?? [], [...factsOf(rulesOf(d)), noMapNoEntry]),
  },
  {
    title: 'Shown to hold at first and to be kept by every step, and used',
    items: withSentences(e.conjuncts ?? [], [...conjunctsOf(d), ...wellFormed]),
  },
  { title: 'Guards that the proof uses', items: guardItems(d, e) },
  ...(e.restsOn === undefined
    ? []
    : [
        {
          title: 'Guards that it rests on: without one of them it is refuted',
          items: [
            ...(e.restsOn.length === 0 ? [item('none by itself')] : e.restsOn.map(g => item(g))),
            ...(e.pairs ?? []).map(([a, b]) => item(`${a} and ${b} stand in for each other`)),
          ],
        },
      ]),
  {
    title: 'Evidence',
    items: [
      item(
        `${count(e.obligations ?? 0, 'obligation')}, shown by ${ledger.solver}`,
        ['digest', e.digest ?? ''],
        ['check again', `holdfast verify ${d.id}`],
      ),
    ],
  },
];

/** A claim of a design. Without a ledger, or where it says nothing of the claim, what would have to be asked. */
export const explainClaim = (design: Design, property: PropertyId, ledger: Ledger | null): Explanation => {
  const entry = ledger?.claims.find(c => c.claim === `${design.id}:${property}`);
  const isStale =
    ledger !== null && entry !== undefined && ledger.rules[design.id] !== rulesDigest(design, rulesOf(design));
  const sections: Section[] = [
    { title: 'Outcome', items: [outcomeItem(design, property, entry)] },
    ...(isStale
      ? [{ title: 'Out of date', items: [item(`the ledger is about other rules of ${design.id} than these`)] }]
      : []),
    { title: 'About', items: [item(`${design.id}: ${design.title}`, ['source', sourceOfDesign(design)])] },
    ...(entry === undefined || ledger === null
      ? []
      : entry.outcome === 'proved'
        ? proofSections(design, property, entry, ledger)
        : entry.outcome === 'refuted'
          ? [{ title: 'Bound', items: [item(`the program ${entry.program ?? ''}`)] }]
          : []),
  ];
  return {
    kind: 'claim',
    name: `${design.id}:${property}`,
    summary: claimText(design, property),
    sections: sections.filter(s => s.items.length > 0),
  };
};
