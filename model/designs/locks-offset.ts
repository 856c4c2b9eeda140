/**
 * `locks-offset`: all locks live in `.locks`, and a lock is named by its offset there. Dave Marchevsky in
 * <4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com>: "If ".locks" exists, supporting multiple lock definitions, we can use
 * locks_sec_offset or locks_sec_map_{key,idx} as lock identity for verification purposes. As a result "head and lock must
 * be in same section" requirement is removed". The section is Andrii Nakryiko's, who keeps it from being mapped.
 *
 * Open in the thread: how a head names its lock (our reading: by annotation), which lock drains a head, and what becomes
 * of the offset if there are several sections: Andrii would "also allow .locks.*".
 */
import type { Design } from '../design.js';
import { ptrId } from './ptr-id.js';
import { sectionPolicies } from './section-policies.js';
import { THREAD } from './thread.js';

export const locksOffset: Design = {
  ...ptrId,
  id: 'locks-offset',
  title: 'A lock is its offset in .locks; heads name the lock that opens them',
  source: {
    author: 'Dave Marchevsky',
    message: THREAD,
    reading: 'heads name their lock by annotation, and are drained under it',
  },
  identity: ['offset'],
  guard: 'declared-global',
  placement: { where: 'locks-section', locksPerValue: 'many' },
  teardown: 'declared',
  sections: sectionPolicies['reserved-prefix'],
  annotations: ['SEC(".locks") on each lock', '__guarded_by on each head'],
};

export const designs: readonly Design[] = [
  locksOffset,
  {
    ...locksOffset,
    id: 'locks-offset/with-section',
    title: 'As locks-offset; a lock is (section, offset)',
    source: {
      author: 'Dave Marchevsky',
      message: THREAD,
      reading: 'with several .locks.* sections the offset alone is ambiguous, so the section counts too',
    },
    identity: ['ptr', 'offset'],
  },
  {
    ...locksOffset,
    id: 'locks-offset/same-value-teardown',
    title: 'As locks-offset; heads are drained under a lock of their own value, if there is one',
    source: {
      author: 'Dave Marchevsky',
      message: THREAD,
      reading: 'heads name their lock by annotation; the free path is left as it is',
    },
    teardown: 'same-value',
  },
  {
    ...locksOffset,
    id: 'locks-offset/no-teardown-lock',
    title: 'As locks-offset; heads are drained without a lock',
    source: {
      author: 'Dave Marchevsky',
      message: THREAD,
      reading: 'heads name their lock by annotation, and are drained without one',
    },
    teardown: 'none',
  },
];
