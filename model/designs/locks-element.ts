/**
 * `locks-element`: `.locks` is backed by an array with one lock an element, and a lock is named by (map, index). The
 * layout is Andrii Nakryiko's, quoted in <4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com>: "we can teach libbpf to create a
 * multi-element ARRAY map, where each lock variable is put into a separate element. [...] there will be a single BTF type
 * describing spin lock, but multiple "instances" of lock". Dave Marchevsky there takes "locks_sec_map_{key,idx} as lock
 * identity".
 *
 * The model keeps `.locks` as one value, so the index of a lock is its offset, and the value has many locks.
 * Open in the thread: the same as for locks-offset.
 */
import type { Design } from '../design.js';
import { locksOffset } from './locks-offset.js';
import { THREAD } from './thread.js';

export const locksElement: Design = {
  ...locksOffset,
  id: 'locks-element',
  title: 'A lock is (map, index) in an array behind .locks; heads name the lock that opens them',
  source: {
    author: 'Andrii Nakryiko',
    message: THREAD,
    reading:
      "his layout with Dave Marchevsky's identity; heads name their lock by annotation, and are drained under it",
  },
  identity: ['element'],
};

export const designs: readonly Design[] = [
  locksElement,
  {
    ...locksElement,
    id: 'locks-element/same-value-teardown',
    title: 'As locks-element; heads are drained under a lock of their own value, if there is one',
    source: {
      author: 'Andrii Nakryiko',
      message: THREAD,
      reading: "his layout with Dave Marchevsky's identity; the free path is left as it is",
    },
    teardown: 'same-value',
  },
  {
    ...locksElement,
    id: 'locks-element/no-teardown-lock',
    title: 'As locks-element; heads are drained without a lock',
    source: {
      author: 'Andrii Nakryiko',
      message: THREAD,
      reading: "his layout with Dave Marchevsky's identity; heads are drained without a lock",
    },
    teardown: 'none',
  },
];
