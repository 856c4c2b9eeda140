/**
 * The section policies of the thread, each a row of its own laid over `ptr-id`: may user space map a section with a lock,
 * and which programs of today would break? <4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com>, with the authors quoted there.
 *
 * And `ptr-id/no-syscall-mask`, a mutant: Alexei Starovoitov says "User space access if fine since kernel will mask out
 * special fields on read/write", so without the mask something must break.
 */
import type { Design } from '../design.js';
import { ptrId } from './ptr-id.js';
import type { SectionPolicyId } from './section-policies.js';
import { sectionPolicies } from './section-policies.js';
import { THREAD } from './thread.js';

const row = (id: SectionPolicyId, title: string, source: Design['source'], annotations: readonly string[]): Design => ({
  ...ptrId,
  id,
  title,
  source,
  sections: sectionPolicies[id],
  annotations,
  axis: 'sections',
});

export const designs: readonly Design[] = [
  row('bss-private', 'One section is not mapped: .bss.private', { author: 'Dave Marchevsky', message: THREAD }, [
    'SEC(".bss.private") on each lock and head',
  ]),
  row(
    'private-suffix',
    'Sections .bss.private.* and .data.private.* are not mapped',
    { author: 'Kumar Kartikeya Dwivedi', message: THREAD },
    ['SEC(".bss.private.NAME") on each lock and head'],
  ),
  row(
    'reserved-prefix',
    'Sections .locks, .locks.*, .private and .private.* are not mapped',
    { author: 'Andrii Nakryiko', message: THREAD },
    ['SEC(".private.NAME") on each lock and head'],
  ),
  row(
    'custom-hidden',
    'Only .data, .bss, .rodata and .kconfig are mapped, and sections that end in .mmap',
    { author: 'Alexei Starovoitov', message: THREAD },
    ['SEC("NAME") on each lock and head', 'SEC("NAME.mmap") on variables of a custom section that user space maps'],
  ),
  row(
    'custom-mapped',
    'All sections are mapped, except those that end in .nommap',
    {
      author: 'Alexei Starovoitov',
      message: THREAD,
      reading: 'his paraphrase of the opposite of what he proposes; "I guess it\'s fine, but more verbose"',
    },
    ['SEC("NAME.nommap") on each lock and head'],
  ),
  row(
    'hidden-vars',
    'A section is mapped if some variable in it is neither static nor hidden',
    { author: 'Andrii Nakryiko', kernel: '4fcac46c7e10 (libbpf, October 2022)' },
    ['static or __hidden on each variable of a section with locks or heads'],
  ),
  {
    ...ptrId,
    id: 'ptr-id/no-syscall-mask',
    title: 'As ptr-id, and updates from user space overwrite special fields: a mutant',
    source: {
      author: 'Alexei Starovoitov',
      message: THREAD,
      reading: 'his clause "kernel will mask out special fields on read/write", taken away',
    },
    syscallMask: false,
  },
];
