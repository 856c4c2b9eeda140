/** References and the ends of sections: who may release, what dies at the unlock, what a callback may leave behind. */
import { changes, dropGuard, inVerifier } from '../../encodings/change.js';
import type { Rule } from '../../model/rule.js';
import { and, eq, exists, ite, lit, not, or, set, variable } from '../../model/term.js';
import { invalidate, nonOwning, rcu, ref, run, slotCells, type } from '../../model/verifier-state.js';
import { Slot, refcounted } from '../../model/world.js';
import { callbacksOnce } from './callbacks-once.js';
import type { ExpressibleFix } from './fix.js';

const cellsOf = (r: Rule, cells: ReadonlySet<string>): Rule['effects'] =>
  r.effects.filter(a => !cells.has(a.target.cell.cell));

/** Of the non-owning pointers only the first is invalidated. */
const firstOnly = (r: Rule): Rule => {
  const first = variable('first-non-owning', Slot);
  const dies = nonOwning(run, first);
  return {
    ...r,
    choices: [...r.choices, { of: first, take: 'first' }],
    where: and(r.where, or(eq(dies, 'true'), not(exists(Slot, s => eq(nonOwning(run, s), 'true'))))),
    effects: [
      ...cellsOf(r, new Set(slotCells.map(c => c.cell))),
      ...invalidate(s => and(eq(nonOwning(run, s), 'true'), eq(s, first))),
    ],
  };
};

/** The pointer that is given becomes non-owning; its copies stay as they are. */
const noAliases = (r: Rule): Rule => {
  const node = variable('node', Slot);
  return {
    ...r,
    effects: [
      ...cellsOf(r, new Set([ref.cell, nonOwning.cell, rcu.cell])),
      set(ref(run, node), lit(ref.sort, 'zero')),
      set(nonOwning(run, node), 'true'),
      set(rcu(run, node), ite(refcounted(type(run, node)), lit(rcu.sort, 'true'), rcu(run, node))),
    ],
  };
};

export const referenceFixes: readonly ExpressibleFix[] = [
  {
    kind: 'expressible',
    name: 'callback-releases',
    fix: ['9d9d00ac29d0'],
    year: 2022,
    title: 'Fix reference state management for synchronous callbacks',
    mechanism: 'a callback could release a reference of its caller, once in each round',
    invariant: 'a reference is released once, also across a loop',
    undone:
      'The guard goes that lets a callback release only what it acquired. A verifier that looks at any number of rounds sees the ' +
      'second release, so both sides follow the callback once, as kernels did then.',
    together: ['callback-rounds'],
    scenario: 'history/callback-releases',
    property: 'object-leak',
    guard: 'release-own-reference',
    cases: [
      {
        design: 'linux-6.12',
        has: true,
        change: { rules: dropGuard('release-own-reference') },
        under: { paths: callbacksOnce },
      },
    ],
  },
  {
    kind: 'expressible',
    name: 'unlock-releases-all',
    fix: ['1f82dffc10ff'],
    year: 2022,
    title: 'Fix release_on_unlock release logic for multiple refs',
    mechanism: 'an array was made shorter while it was walked: some references survived the unlock',
    invariant: 'a non-owning reference dies at the unlock',
    undone: 'An unlock invalidates one non-owning pointer, the first, and leaves the others.',
    scenario: 'history/unlock-releases-all',
    property: 'dangling-ref',
    guard: 'access-pointer-usable',
    cases: [{ design: 'linux-6.12', has: true, change: { rules: inVerifier(['bpf_spin_unlock'], firstOnly) } }],
  },
  {
    kind: 'expressible',
    name: 'aliases-of-node',
    fix: ['6a3cd3318ff6'],
    year: 2023,
    title: 'Migrate release_on_unlock logic to non-owning ref semantics',
    mechanism: 'all copies of a pointer to a node need one rule when the node is given away',
    invariant: 'what is invalidated is invalidated in every copy',
    undone:
      'Push and add make only the pointer that they are given non-owning. The commit changed a mechanism; what is undone is that ' +
      'it covers the copies.',
    scenario: 'history/aliases-of-node',
    property: 'dangling-ref',
    guard: 'access-pointer-usable',
    cases: [
      {
        design: 'linux-6.12',
        has: true,
        change: {
          rules: changes(inVerifier(['bpf_list_push_front', 'bpf_list_push_back', 'rbtree_added'], noAliases)),
        },
      },
    ],
  },
  {
    kind: 'expressible',
    name: 'callback-rounds',
    fix: ['ab5cfac139ab', 'e9a8e5a587ca'],
    year: 2023,
    title: 'Verify callbacks as if they are called unknown number of times; check callback_depth when pruning states',
    mechanism: 'only the first round of a callback was looked at',
    invariant: 'locks and references are the same after each round of a loop',
    undone:
      'The verifier follows each callback once and goes on after the call. The second commit, of 2024, mends how rounds are pruned, ' +
      'which the model does by comparing all that is known.',
    scenario: 'history/callback-rounds',
    property: 'unlock-not-held',
    guard: 'unlock-same-lock',
    cases: [{ design: 'linux-6.12', has: true, change: { paths: callbacksOnce } }],
  },
];
