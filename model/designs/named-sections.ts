/**
 * `named-sections`: (ptr, id), and users name a section for each lock and its heads. Alexei Starovoitov, quoted in
 * <4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com>: "It should be up to user to name that section with something
 * meaningful. Ideally something like this should be supported: SEC("enqueue") struct bpf_spin_lock enqueue_lock;
 * SEC("enqueue") struct bpf_list_head enqueue_head". His rule that such sections are not mapped comes with it.
 */
import type { Design } from '../design.js';
import { ptrId } from './ptr-id.js';
import { sectionPolicies } from './section-policies.js';
import { THREAD } from './thread.js';

export const namedSections: Design = {
  ...ptrId,
  id: 'named-sections',
  title: 'As ptr-id, with a section that the user names for each lock and its heads',
  source: { author: 'Alexei Starovoitov', message: THREAD },
  sections: sectionPolicies['custom-hidden'],
};

export const designs: readonly Design[] = [namedSections];
