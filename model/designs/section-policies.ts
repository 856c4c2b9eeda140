/**
 * Who may map which data section: the policies of the thread, as ordered patterns over section names. The first pattern
 * that matches decides. Source: <4b987779-bae0-dcd9-2405-e43f401bf5ad@fb.com>, and the authors quoted there.
 */
import type { SectionPolicy } from '../design.js';

type SectionRules = SectionPolicy['rules'];

const mapped = (...sections: readonly string[]): SectionRules => sections.map(section => ({ section, mapped: true }));
const hidden = (...sections: readonly string[]): SectionRules => sections.map(section => ({ section, mapped: false }));
const policy = (...rules: readonly SectionRules[]): SectionPolicy => ({ rules: rules.flat() });

export const sectionPolicies = {
  /**
   * libbpf of September 2022: every data section is mapped.
   * Abstracts: libbpf skips sections that it does not know, because the question is what would hold if it took them.
   */
  'libbpf-2022': policy(mapped('*')),
  /** Dave Marchevsky's libbpf patch in Kumar Kartikeya Dwivedi's series: "Single bss.private name is too limiting." */
  'bss-private': policy(hidden('.bss.private'), mapped('*')),
  /** Kumar Kartikeya Dwivedi: "ignore the .XXX part in .bss.private.XXX", or "call it .data.private from the start". */
  'private-suffix': policy(hidden('.bss.private', '.bss.private.*', '.data.private', '.data.private.*'), mapped('*')),
  /** Andrii Nakryiko: "carve out naming prefixes with . (which are reserved for libbpf's own use)". */
  'reserved-prefix': policy(hidden('.locks', '.locks.*', '.private', '.private.*'), mapped('*')),
  /** Alexei Starovoitov: "avoid mmap by default for all non standard sections"; `SEC("my_section.mmap")` opts in. */
  'custom-hidden': policy(mapped('*.mmap', '.data', '.bss', '.rodata', '.kconfig'), hidden('*')),
  /** Alexei Starovoitov, of "the other way around": `SEC("enqueue.nommap")` opts out. */
  'custom-mapped': policy(hidden('*.nommap'), mapped('*')),
  /** libbpf since October 2022 (4fcac46c7e10): mapped if some variable is neither static nor hidden. */
  'hidden-vars': { rules: [{ section: '*', mapped: 'if-any-visible-variable' }] },
} as const satisfies Record<string, SectionPolicy>;

export type SectionPolicyId = keyof typeof sectionPolicies;
