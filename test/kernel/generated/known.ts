/** Verdicts that differ because of a rule that the model lacks: counted, and no failure. An entry goes when its rule comes. */
export interface KnownDifference {
  /** In what `keyOf` says. */
  readonly key: RegExp;
  readonly why: string;
}

export const knownDifferences: readonly KnownDifference[] = [];
