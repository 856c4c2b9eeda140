/** Verdicts that differ because of a rule that the model lacks: counted, and no failure. An entry goes when its rule comes. */
export interface KnownDifference {
  /** In what `keyOf` says. */
  readonly key: RegExp;
  readonly why: string;
}

export const knownDifferences: readonly KnownDifference[] = [
  {
    key: /^kernel: reject (bpf_throw|tail_call|BPF_EXIT instruction in \w+ prog) would lead to reference leak \| model: accept$/,
    why: 'an open bpf_iter_num is a reference (check_reference_leak)',
  },
  {
    key: /^kernel: reject .*non-sleepable.* \| model: accept$/,
    why: 'a global function that may sleep is not called in a region (check_func_call)',
  },
  {
    key: /^kernel: reject Sleepable programs can only use array, .* \| model: accept$/,
    why: 'a sleepable program has no map of programs (check_map_prog_compatibility)',
  },
];
