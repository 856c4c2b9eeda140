/** All designs: the rows of docs/designs.md, in its order. */
import type { Design } from '../design.js';
import { designs as freshId } from './fresh-id.js';
import { designs as guardedBy } from './guarded-by.js';
import { designs as linux612 } from './linux-6.12.js';
import { designs as linux618 } from './linux-6.18.js';
import { designs as lockAddress } from './lock-address.js';
import { designs as lockType } from './lock-type.js';
import { designs as locksElement } from './locks-element.js';
import { designs as locksOffset } from './locks-offset.js';
import { designs as namedSections } from './named-sections.js';
import { designs as ptrIdManyLocks } from './ptr-id-many-locks.js';
import { designs as ptrIdOffset } from './ptr-id-offset.js';
import { designs as ptrId } from './ptr-id.js';
import { designs as rbtreeOwnsLock } from './rbtree-owns-lock.js';
import { designs as sections } from './sections.js';

export const allDesigns: readonly Design[] = [
  ...freshId,
  ...ptrId,
  ...ptrIdManyLocks,
  ...ptrIdOffset,
  ...guardedBy,
  ...rbtreeOwnsLock,
  ...lockAddress,
  ...locksOffset,
  ...locksElement,
  ...namedSections,
  ...lockType,
  ...linux612,
  ...linux618,
  ...sections,
];

const byId: ReadonlyMap<string, Design> = new Map(allDesigns.map(d => [d.id, d]));

/** Returns the design or variant called `id`, or undefined if there is none. */
export const designNamed = (id: string): Design | undefined => byId.get(id);

/** The designs and variants that are asked every scenario; unlike `sectionRows`, which are asked about sections only. */
export const lockDesigns: readonly Design[] = allDesigns.filter(d => d.axis === undefined);

/** The rows that only ask about sections. */
export const sectionRows: readonly Design[] = allDesigns.filter(d => d.axis === 'sections');

/** Returns true iff `d` is a variant of another design: a reading of a point that the thread leaves open, or a mutant. */
export const isVariant = (d: Design): boolean => d.id.includes('/');

/** Returns the id of the design that `d` is a variant of, or its own. */
export const familyOf = (d: Design): string => d.id.split('/', 1)[0] ?? d.id;
