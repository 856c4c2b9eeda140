/**
 * `linux-6.18`: what the kernel 6.18 does, as probed by loading programs on 6.18.44. Differs from `linux-6.12` in its
 * baseline only: calls, messages, and `bpf_res_spin_lock`, whose own rules allow several such locks at once; of
 * `bpf_spin_lock` there is one. It descends from Kumar Kartikeya Dwivedi's patch of
 * <4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com>.
 */
import type { Design } from '../design.js';
import { linux612 } from './linux-6.12.js';

export const linux618: Design = {
  ...linux612,
  id: 'linux-6.18',
  title: 'What Linux 6.18 does',
  source: { author: 'Linux', kernel: '6.18.44 kernel/bpf/verifier.c' },
  baseline: 'linux-6.18',
};

export const designs: readonly Design[] = [linux618];
