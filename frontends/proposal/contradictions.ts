/** Parts of a design that make no sense together, and what to do about it. The schema has checked each part alone. */
import type { Design } from '../../model/design.js';

export interface Contradiction {
  /** The parts that contradict each other; the first one that is written in the file is where the problem is shown. */
  readonly parts: readonly (readonly (string | number)[])[];
  readonly message: string;
  readonly remedy: string;
}

const knowsAddresses = (d: Design): boolean => d.identity.includes('address');

/** Patterns after the one that matches every section never decide. */
const deadSectionRule = (d: Design): readonly Contradiction[] => {
  const all = d.sections.rules.findIndex(rule => /^\*+$/.test(rule.section));
  const dead = d.sections.rules[all + 1];
  if (all < 0 || dead === undefined) return [];
  return [
    {
      parts: [['sections', 'rules', all + 1]],
      message: `the rule for \`${dead.section}\` never decides, because \`*\` before it matches every section`,
      remedy: 'Put the rule for `*` last.',
    },
  ];
};

const rules: readonly (Contradiction & { readonly holds: (d: Design) => boolean })[] = [
  {
    parts: [['guard'], ['placement', 'where']],
    holds: d => d.guard === 'own' && d.placement.where !== 'inside-structure',
    message: 'guard `own` needs a lock inside the structure, and the placement puts none there',
    remedy: 'Write `placement: { where: inside-structure }`, or choose another guard.',
  },
  {
    parts: [['placement', 'where'], ['guard']],
    holds: d => d.placement.where === 'inside-structure' && d.guard !== 'own',
    message: 'the placement `inside-structure` leaves no lock that this guard could ask for',
    remedy: 'Write `guard: own`, or choose another placement.',
  },
  {
    parts: [['identity'], ['placement', 'where']],
    holds: d => d.identity.includes('owner') && d.placement.where !== 'inside-structure',
    message: 'identity `owner` is the structure that the lock is part of, and the placement puts no lock in structures',
    remedy: 'Write `placement: { where: inside-structure }`, or leave `owner` out of `identity`.',
  },
  {
    parts: [['identity'], ['placement', 'where']],
    holds: d => d.identity.includes('element') && d.placement.where !== 'locks-section',
    message: 'identity `element` is the element of a `.locks` section, and the placement does not keep locks there',
    remedy: 'Write `placement: { where: locks-section }`, or leave `element` out of `identity`.',
  },
  {
    parts: [['guard'], ['identity']],
    holds: d => d.guard === 'bound-address' && !knowsAddresses(d),
    message: 'guard `bound-address` compares addresses, and the identity of a lock here has none',
    remedy: 'Add `address` to `identity`, or choose another guard.',
  },
  {
    parts: [['innerMaps'], ['identity']],
    holds: d => d.innerMaps === 'template' && knowsAddresses(d),
    message: 'the template of an inner map has no address, and the identity of a lock needs one',
    remedy: 'Write `innerMaps: initial-contents` or `innerMaps: refused`.',
  },
  {
    parts: [['innerMaps'], ['identity']],
    holds: d => d.innerMaps === 'initial-contents' && !knowsAddresses(d),
    message: 'inner maps by their initial contents are for designs that need addresses, and this identity has none',
    remedy: 'Write `innerMaps: template`, or add `address` to `identity`.',
  },
  {
    parts: [['baseline'], ['hasGraphs']],
    holds: d => d.baseline === 'linux-6.1' && d.hasGraphs,
    message: 'linux-6.1 has no lists and trees',
    remedy: 'Write `hasGraphs: false`, or choose a later baseline.',
  },
];

/** Returns every contradiction between parts of `d`. */
export const contradictionsIn = (d: Design): readonly Contradiction[] => [
  ...rules.filter(rule => rule.holds(d)),
  ...deadSectionRule(d),
];
