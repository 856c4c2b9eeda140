/**
 * `ptr-id`: a lock is named by (ptr, id): the map or BTF, and the register id, which is 0 for globals. Kumar Kartikeya
 * Dwivedi, RFC v1 patch 21, quoted in <4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com>: "refactor the active_spin_lock into
 * two separate fields, active_spin_lock_ptr and active_spin_lock_id". Landed in 6.2, and is what later designs change.
 *
 * Open in the thread: whether the id counts at all (Dave Marchevsky describes "(map_ptr, map_value_offset) as lock
 * identity", and "expects map_ptr for list_head and lock to be the same"), and the id of the value a callback is given.
 */
import type { Design } from '../design.js';
import { sectionPolicies } from './section-policies.js';
import { THREAD } from './thread.js';

export const ptrId: Design = {
  id: 'ptr-id',
  title: 'A lock is (map or BTF, register id); it opens heads of its own allocation',
  source: { author: 'Kumar Kartikeya Dwivedi', message: THREAD, kernel: 'process_spin_lock since 6.2' },
  baseline: 'linux-6.12',
  identity: ['ptr', 'id'],
  ids: { global: 'zero', callbackValue: 'zero' },
  guard: 'same-allocation',
  placement: { where: 'anywhere', locksPerValue: 'one' },
  innerMaps: 'template',
  held: 'one',
  teardown: 'same-value',
  sections: sectionPolicies['libbpf-2022'],
  hasGraphs: true,
  syscallMask: true,
  annotations: ['a section name for each lock and its heads'],
};

export const designs: readonly Design[] = [
  ptrId,
  {
    ...ptrId,
    id: 'ptr-id/literal',
    title: 'A lock is (map, offset), as the description has it; it opens heads of the same map',
    source: {
      author: 'Dave Marchevsky',
      message: THREAD,
      reading: 'his description of the series taken to the letter: the register id is ignored',
    },
    identity: ['ptr', 'offset'],
  },
  {
    ...ptrId,
    id: 'ptr-id/callback-fresh',
    title: 'As ptr-id, and the value that a callback is given has a fresh id',
    source: {
      author: 'Kumar Kartikeya Dwivedi',
      message: THREAD,
      reading: 'the thread does not say which id a callback value has; the kernel gives it 0',
    },
    ids: { global: 'zero', callbackValue: 'fresh' },
  },
  {
    ...ptrId,
    id: 'ptr-id/list-del',
    title: 'As ptr-id, on the kernel of 2026 with bpf_list_del',
    source: {
      author: 'Kumar Kartikeya Dwivedi',
      message: THREAD,
      reading: 'bpf_list_del under the rule of the other list operations, to compare with lock-type',
    },
    baseline: 'bpf-next-2026',
  },
];
