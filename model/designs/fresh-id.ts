/**
 * `fresh-id`: a lock is named by the register id alone, and every load of an address makes a new one: mainline up to 6.1.
 * Kumar Kartikeya Dwivedi, quoted in <4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com>: "giving each load instruction's
 * rewrite a unique reg->id disallows us from holding locks which are global". There are no lists and trees yet.
 *
 * Abstracts: in 6.1 the id 0 means that no lock is held, because here it is a legal identity; only the value that a
 * callback is given has it.
 */
import type { Design } from '../design.js';
import { sectionPolicies } from './section-policies.js';
import { THREAD } from './thread.js';

export const freshId: Design = {
  id: 'fresh-id',
  title: 'A lock is a register id, fresh at every load',
  source: { author: 'Kumar Kartikeya Dwivedi', message: THREAD, kernel: 'process_spin_lock up to 6.1' },
  baseline: 'linux-6.1',
  identity: ['id'],
  ids: { global: 'per-load', callbackValue: 'zero' },
  guard: 'same-allocation',
  placement: { where: 'anywhere', locksPerValue: 'one' },
  innerMaps: 'refused',
  held: 'one',
  teardown: 'same-value',
  sections: sectionPolicies['libbpf-2022'],
  hasGraphs: false,
  syscallMask: true,
  annotations: [],
};

export const designs: readonly Design[] = [freshId];
