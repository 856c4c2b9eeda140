/**
 * `ptr-id-offset`: (ptr, offset, id), so that a value may have several locks. Kumar Kartikeya Dwivedi, quoted in
 * <4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com>: "I can include offset as the third part of the tuple. The problem then
 * is figuring out which lock protects which bpf_list_head." Andrii Nakryiko, same mail: "it's best to start supporting
 * multiple lock declarations within single map element (and thus keep track of their offset within map_value)".
 *
 * Open in the thread: what opens a head of a value with several locks. The readings: any of them, all, or such a head is
 * refused.
 */
import type { Design } from '../design.js';
import { ptrId } from './ptr-id.js';
import { THREAD } from './thread.js';

export const ptrIdOffset: Design = {
  ...ptrId,
  id: 'ptr-id-offset',
  title: 'A lock is (map or BTF, offset, register id); any lock of the value opens its heads',
  source: {
    author: 'Kumar Kartikeya Dwivedi',
    message: THREAD,
    reading: 'which of several locks opens a head is not stated: here any of the same value',
  },
  identity: ['ptr', 'offset', 'id'],
  guard: 'any-lock-of-value',
  placement: { where: 'anywhere', locksPerValue: 'many' },
  annotations: [],
};

export const designs: readonly Design[] = [
  ptrIdOffset,
  {
    ...ptrIdOffset,
    id: 'ptr-id-offset/all-locks',
    title: 'As ptr-id-offset; all locks of the value together open its heads',
    source: {
      author: 'Kumar Kartikeya Dwivedi',
      message: THREAD,
      reading: 'which of several locks opens a head is not stated: here it takes all of the same value',
    },
    guard: 'all-locks-of-value',
  },
  {
    ...ptrIdOffset,
    id: 'ptr-id-offset/reject-several',
    title: 'As ptr-id-offset; a value with several locks is refused',
    source: {
      author: 'Kumar Kartikeya Dwivedi',
      message: THREAD,
      reading: 'which of several locks opens a head is not stated: here several are refused',
    },
    placement: { where: 'anywhere', locksPerValue: 'one' },
  },
];
