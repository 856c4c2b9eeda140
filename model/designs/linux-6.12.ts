/**
 * `linux-6.12`: what the kernel 6.12 does, as read from the source of 6.12.117: `ptr-id` as it landed, with today's libbpf.
 * It descends from Kumar Kartikeya Dwivedi's patch of <4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com>.
 *
 * Abstracts: the kernel also refuses the mmap itself of a map with special fields (bpf_map_mmap), because the section
 * policy here says what libbpf maps.
 */
import type { Design } from '../design.js';
import { ptrId } from './ptr-id.js';
import { sectionPolicies } from './section-policies.js';

export const linux612: Design = {
  ...ptrId,
  id: 'linux-6.12',
  title: 'What Linux 6.12 does',
  source: { author: 'Linux', kernel: '6.12.117 kernel/bpf/verifier.c' },
  baseline: 'linux-6.12',
  sections: sectionPolicies['hidden-vars'],
};

export const designs: readonly Design[] = [linux612];
