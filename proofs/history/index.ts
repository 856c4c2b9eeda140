/** The history of the rules: fixes, oldest first, each with what undoing it shows, or why nothing can. */
import type { Fix } from './fix.js';
import { kernelSideFixes } from './kernel-side.js';
import { notExpressible } from './not-expressible.js';
import { pruningFixes } from './pruning.js';
import { referenceFixes } from './references.js';
import { releaseFixes } from './releases.js';

/** In the order in which they were made, as far as it is known. */
const ORDER = [
  'timer-map',
  'callback-releases',
  'lock-from-user',
  'unlock-releases-all',
  'released-is-scalar',
  'prune-value-ids',
  'prune-lock-id',
  'prune-frames',
  'aliases-of-node',
  'insert-without-record',
  'insert-frees-node',
  'acquire-from-zero',
  'owner-of-node',
  'free-after-rcu',
  'callback-rounds',
  'inner-map-lifetime',
  'state-of-frames',
  'global-sleeps',
  'throw-in-subprogram',
  'stale-owner',
  'less-in-any-frame',
  'acquire-borrowed',
  'two-refcounts',
  'ownership-depth',
  'callback-map-uid',
  'global-throws',
];

const all: readonly Fix[] = [
  ...pruningFixes,
  ...referenceFixes,
  ...kernelSideFixes,
  ...releaseFixes,
  ...notExpressible,
];

export const fixes: readonly Fix[] = [...all].sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name));

/** Returns the fix of that name, or undefined if there is none. */
export const fixNamed = (name: string): Fix | undefined => fixes.find(f => f.name === name);
