/**
 * What we claim of the designs that we ship, written by hand: the proofs must come to the same. A user's own design is claimed
 * nothing of.
 */
import type { PropertyId } from '../model/properties.js';
import { designNamed } from '../model/designs/index.js';

export type Claimed = 'proved' | 'refuted';

/**
 * Of every design on a kernel with lists and trees. What is refuted here is refuted by the kernel that all of them stand on, not by
 * how a design names locks: exceptions of global subprograms, programs of fentry, and what outlives an RCU section.
 */
const everywhere: Readonly<Record<PropertyId, Claimed>> = {
  'list-race': 'refuted',
  'wrong-lock': 'refuted',
  'wild-access': 'refuted',
  'context-leak': 'refuted',
  'self-deadlock': 'refuted',
  'lock-cycle': 'proved',
  'lock-leak': 'proved',
  'unlock-not-held': 'refuted',
  'double-owner': 'proved',
  'use-after-free': 'refuted',
  'dangling-ref': 'proved',
  'object-leak': 'refuted',
  'bad-free': 'proved',
  'teardown-race': 'refuted',
  'user-tamper': 'proved',
  'bad-prune': 'proved',
};

const proved = (...properties: readonly PropertyId[]): Partial<Record<PropertyId, Claimed>> =>
  Object.fromEntries(properties.map(p => [p, 'proved']));

/** What differs: where values of callbacks have ids of their own, or locks have addresses or live in a section. */
const exceptions: Readonly<Record<string, Partial<Record<PropertyId, Claimed>>>> = {
  'fresh-id': proved(
    'list-race',
    'wrong-lock',
    'wild-access',
    'context-leak',
    'use-after-free',
    'object-leak',
    'teardown-race',
  ),
  'ptr-id/callback-fresh': proved('list-race', 'wrong-lock', 'unlock-not-held', 'teardown-race'),
  'lock-address/refuse-inner-maps': proved('unlock-not-held'),
  'locks-offset/with-section': proved('unlock-not-held'),
  'locks-element': proved('unlock-not-held'),
  'locks-element/same-value-teardown': proved('unlock-not-held'),
  'locks-element/no-teardown-lock': proved('unlock-not-held'),
  // The mutant that shows what the mask of the syscalls is for.
  'ptr-id/no-syscall-mask': { 'user-tamper': 'refuted' },
};

/** What is claimed, or undefined for a design of a user's own. */
export const claimedOf = (design: string, property: PropertyId): Claimed | undefined =>
  designNamed(design) === undefined ? undefined : (exceptions[design]?.[property] ?? everywhere[property]);
