/**
 * `ptr-id-many-locks`: (ptr, id) without the rule that a value has one lock. Dave Marchevsky, quoted in
 * <4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com>, of two locks in `.bss.private`: "Seems like this patch would assign both
 * same (active_spin_lock_ptr, active_spin_lock_id)." Nobody proposes it; it shows what the one-lock rule is for.
 */
import type { Design } from '../design.js';
import { ptrId } from './ptr-id.js';
import { THREAD } from './thread.js';

export const ptrIdManyLocks: Design = {
  ...ptrId,
  id: 'ptr-id-many-locks',
  title: 'As ptr-id, with several locks in one value',
  source: { author: 'Dave Marchevsky', message: THREAD },
  placement: { where: 'anywhere', locksPerValue: 'many' },
  annotations: [],
};

export const designs: readonly Design[] = [ptrIdManyLocks];
