/**
 * `rbtree-owns-lock`: each structure has a lock of its own. Dave Marchevsky's first rbtree RFC, of which he says in
 * <4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com>: "rbtree_map struct creating its own bpf_spin_lock, namely not providing
 * a way for multiple datastructures to share same lock".
 *
 * Open in the thread: how the structure is drained. The readings: under its own lock, or without one.
 */
import type { Design } from '../design.js';
import { ptrId } from './ptr-id.js';
import { THREAD } from './thread.js';

export const rbtreeOwnsLock: Design = {
  ...ptrId,
  id: 'rbtree-owns-lock',
  title: 'Each list or tree has its own lock inside',
  source: {
    author: 'Dave Marchevsky',
    message: THREAD,
    reading: 'rbtree RFC v1, carried over to lists; a structure is drained under its own lock',
  },
  identity: ['owner'],
  guard: 'own',
  placement: { where: 'inside-structure', locksPerValue: 'many' },
  annotations: [],
};

export const designs: readonly Design[] = [
  rbtreeOwnsLock,
  {
    ...rbtreeOwnsLock,
    id: 'rbtree-owns-lock/no-teardown-lock',
    title: 'As rbtree-owns-lock; a structure is drained without a lock',
    source: {
      author: 'Dave Marchevsky',
      message: THREAD,
      reading: 'rbtree RFC v1, carried over to lists; nobody is left who could use the structure when it is drained',
    },
    teardown: 'none',
  },
];
