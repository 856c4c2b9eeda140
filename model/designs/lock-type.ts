/**
 * `lock-type`: any held lock of the right type opens a head: version 3 of the bpf_list_del series of 2026, which compared
 * the record of the held lock (`lock_rec`); version 4 withdrew it. It answers, too soon, what Dave Marchevsky asks in
 * <4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com>: "Isn't the "head and lock must be in same section / map_value" desired,
 * or just a consequence of this implementation?"
 *
 * Our reading: the type is the struct of the value that lock and head lie in; locks are named as in ptr-id.
 */
import type { Design } from '../design.js';
import { ptrId } from './ptr-id.js';
import { sectionPolicies } from './section-policies.js';

export const lockType: Design = {
  ...ptrId,
  id: 'lock-type',
  title: 'As ptr-id; any held lock that lies in a value of the same type opens a head',
  source: {
    author: 'bpf_list_del series of 2026',
    kernel: 'bpf_list_del, version 3 (lock_rec); withdrawn in version 4',
    reading: 'the rule is applied to every list and tree operation',
  },
  baseline: 'bpf-next-2026',
  guard: 'lock-type',
  sections: sectionPolicies['hidden-vars'],
};

export const designs: readonly Design[] = [lockType];
