/** All rules of a design, by event. Building them checks them. */
import type { Design } from '../design.js';
import { policyOf } from '../policy.js';
import type { EventRules } from '../rule.js';
import { ModelBug } from '../term.js';
import { bpfResSpinLock } from './bpf-res-spin-lock.js';
import { bpfSpinLock, structureLock } from './bpf-spin-lock.js';
import { control } from './control.js';
import { listsAndTrees } from './lists-and-trees.js';
import { load } from './load.js';
import { objects } from './objects.js';
import { pointers, scalars } from './pointers.js';
import { regions } from './regions.js';
import { userSpace } from './user-space.js';

export type Rules = ReadonlyMap<string, EventRules>;

const build = (design: Design): Rules => {
  const p = policyOf(design);
  const all = [
    ...load(p),
    ...pointers(p),
    ...scalars(),
    ...bpfSpinLock(p),
    ...structureLock(p),
    ...bpfResSpinLock(p),
    ...objects(p),
    ...listsAndTrees(p),
    ...regions(p),
    ...control(p),
    ...userSpace(p),
  ];
  const rules = new Map(all.map(e => [e.event, e]));
  if (rules.size !== all.length) throw new ModelBug('two rules for one event');
  return rules;
};

const built = new WeakMap<Design, Rules>();

/** The rules of a design, built once. */
export const rulesOf = (design: Design): Rules => {
  let rules = built.get(design);
  if (rules === undefined) built.set(design, (rules = build(design)));
  return rules;
};
