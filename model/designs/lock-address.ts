/**
 * `lock-address`: a lock is named by its address. Dave Marchevsky in <4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com>:
 * "rbtree RFCv2 uses lock address as lock identity for verification purposes and requires lock address to be known when
 * verifying program using the lock. Downside: no clear path forward for map_in_map general case, can make it work for
 * some specific cases but kludgey."
 *
 * Known are the address of a global, and of the element of an array at a constant key; for an inner map, of the one that
 * is there when the program is loaded. Open in the thread: which lock opens a head (our reading: the one bound to it when
 * its map was made), what is done with inner maps, and which lock drains a head.
 */
import type { Design } from '../design.js';
import { ptrId } from './ptr-id.js';
import { THREAD } from './thread.js';

export const lockAddress: Design = {
  ...ptrId,
  id: 'lock-address',
  title: 'A lock is its address, known when the program is loaded; heads are bound to a lock when their map is made',
  source: {
    author: 'Dave Marchevsky',
    message: THREAD,
    reading: 'a head is opened, and drained, by the lock bound to it; inner maps are those there at load time',
  },
  identity: ['address'],
  guard: 'bound-address',
  placement: { where: 'anywhere', locksPerValue: 'many' },
  innerMaps: 'initial-contents',
  teardown: 'declared',
  annotations: ['the lock of each head, as an attribute of its map'],
};

export const designs: readonly Design[] = [
  lockAddress,
  {
    ...lockAddress,
    id: 'lock-address/refuse-inner-maps',
    title: 'As lock-address; inner maps with locks are refused',
    source: {
      author: 'Dave Marchevsky',
      message: THREAD,
      reading: 'the lock of an inner map has no address that is known, so such maps are refused',
    },
    innerMaps: 'refused',
  },
  {
    ...lockAddress,
    id: 'lock-address/no-teardown-lock',
    title: 'As lock-address; heads are drained without a lock',
    source: {
      author: 'Dave Marchevsky',
      message: THREAD,
      reading: 'a head is opened by the lock bound to it, and drained without one',
    },
    teardown: 'none',
  },
];
