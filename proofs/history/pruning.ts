/** What was wrong with pruning in 2022: ids that were not compared, or through a map that did not know the others. */
import { cur, idsCorrespond } from '../../model/rules/states-equal.js';
import { and, eq, not } from '../../model/term.js';
import { kind, maybeNull } from '../../model/verifier-state.js';
import { otherFrame } from '../../model/world.js';
import type { ExpressibleFix } from './fix.js';

const pruning = {
  kind: 'expressible',
  year: 2022,
  guard: 'unlock-same-lock',
  property: 'unlock-not-held',
  invariant: 'two states that look the same have the same relation between held lock and registers',
} as const;

export const pruningFixes: readonly ExpressibleFix[] = [
  {
    ...pruning,
    name: 'prune-value-ids',
    fix: ['7c884339bbff'],
    title: 'regsafe() must not skip check_ids()',
    mechanism: 'ids of map values were not compared, so pruning hid the unlock of a different lock',
    undone: 'The id of a slot that holds a tested pointer to a map value is not compared.',
    scenario: 'history/prune-value-ids',
    cases: [
      {
        design: 'linux-6.12',
        has: true,
        change: {
          ids: idsCorrespond({ compared: s => not(and(eq(kind(cur, s), 'map-value'), not(maybeNull(cur, s)))) }),
        },
      },
    ],
  },
  {
    ...pruning,
    name: 'prune-lock-id',
    fix: ['4ea2bb158bec'],
    title: 'Use check_ids() for active_lock comparison',
    mechanism: 'the id of the held lock was compared as a number, apart from the map of register ids',
    undone: 'Ids of held locks are compared as numbers, ids of slots through their map.',
    scenario: 'history/prune-lock-id',
    cases: [{ design: 'linux-6.12', has: true, change: { ids: idsCorrespond({ held: 'as-numbers' }) } }],
  },
  {
    ...pruning,
    name: 'prune-frames',
    fix: ['5dd9cdbc9dec'],
    title: 'states_equal() must build idmap for all function frames',
    mechanism: 'the id map was reset for each frame',
    invariant: 'two states that look the same have the same relation between the registers of all frames',
    undone:
      'Only slots of one function share a map of ids, and held locks have another. A subprogram is inlined in the model, so its ' +
      'frame is the set of its variables, whatever call it is.',
    scenario: 'history/prune-frames',
    guard: 'access-pointer-usable',
    property: 'wild-access',
    cases: [
      {
        design: 'linux-6.12',
        has: true,
        change: { ids: idsCorrespond({ oneMap: (s, t) => not(otherFrame(cur, s, t)), held: 'apart' }) },
      },
    ],
  },
];
