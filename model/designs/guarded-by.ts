/**
 * `guarded-by`: (ptr, offset, id), and each head says which lock opens it. Kumar Kartikeya Dwivedi, quoted in
 * <4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com>: "We need another __guarded_by annotation and force users to use that to
 * eliminate the ambiguity." Alexei Starovoitov answers: "Extra annotations are just as confusing and non-obvious as
 * putting locks in different sections."
 *
 * Open in the thread: whether the annotation may name a lock of another value, and which lock then drains the head.
 */
import type { Design } from '../design.js';
import { ptrId } from './ptr-id.js';
import { THREAD } from './thread.js';

export const guardedBy: Design = {
  ...ptrId,
  id: 'guarded-by',
  title: 'A lock is (map or BTF, offset, register id); heads name the lock of their value that opens them',
  source: { author: 'Kumar Kartikeya Dwivedi', message: THREAD },
  identity: ['ptr', 'offset', 'id'],
  guard: 'declared-in-value',
  placement: { where: 'anywhere', locksPerValue: 'many' },
  annotations: ['__guarded_by on each head of a value with several locks'],
};

const globalNames: Design = {
  ...guardedBy,
  id: 'guarded-by/global-names',
  title: 'As guarded-by; heads may also name a global lock',
  source: {
    author: 'Kumar Kartikeya Dwivedi',
    message: THREAD,
    reading: 'the annotation may name a global lock; a head is drained under a lock of its own value, if there is one',
  },
  guard: 'declared-anywhere',
  annotations: ['__guarded_by on each head, except where its value has just one lock'],
};

export const designs: readonly Design[] = [
  guardedBy,
  globalNames,
  {
    ...globalNames,
    id: 'guarded-by/global-names-declared-teardown',
    title: 'As guarded-by/global-names; a head is drained under the lock it names',
    source: {
      author: 'Kumar Kartikeya Dwivedi',
      message: THREAD,
      reading: 'the annotation may name a global lock; a head is drained under the lock that it names',
    },
    teardown: 'declared',
  },
];
