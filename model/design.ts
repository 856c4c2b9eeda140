/** A design is data: how a verifier names locks, and what a held lock opens. The parts are those of docs/designs.md. */

/** What makes two locks the same. `address` is the address of the lock word; `element` the map element of a `.locks` section. */
export const identityParts = ['ptr', 'id', 'offset', 'address', 'element', 'owner', 'type'] as const;
export type IdentityPart = (typeof identityParts)[number];

/** Which held lock opens a head or root. */
export const guardKinds = {
  'same-allocation': 'the lock with the same ptr and id as the head',
  'any-lock-of-value': 'any lock of the value the head lies in',
  'all-locks-of-value': 'all locks of the value the head lies in',
  'declared-in-value': 'the lock of the same value that __guarded_by names; the only one if there is just one',
  'declared-anywhere': 'the lock that __guarded_by names, in the same value or a global one',
  'declared-global': 'the global lock that __guarded_by names',
  'bound-address': 'the lock whose address was bound to the head when its map was created',
  own: "the structure's own lock",
  'lock-type': 'any lock of the type of value that the head lies in',
} as const;
export type GuardKind = keyof typeof guardKinds;

export const placements = ['anywhere', 'locks-section', 'inside-structure'] as const;
export const teardowns = ['same-value', 'declared', 'none'] as const;
export const innerMapReadings = ['template', 'refused', 'initial-contents'] as const;

/** Which data sections user space can map. The first pattern that matches decides; `*` stands for any text. */
export interface SectionPolicy {
  readonly rules: readonly { readonly section: string; readonly mapped: boolean | 'if-any-visible-variable' }[];
}

export const baselines = ['linux-6.1', 'linux-6.12', 'linux-6.18', 'bpf-next-2026'] as const;
export type BaselineId = (typeof baselines)[number];

export interface Design {
  /** `name` or `name/variant`. */
  readonly id: string;
  readonly title: string;
  /** Who proposed it and where: a message-id, a kernel commit, or `reading: ...` for our own reading of an open point. */
  readonly source: {
    readonly author: string;
    readonly message?: string;
    readonly kernel?: string;
    readonly reading?: string;
  };
  readonly baseline: BaselineId;
  readonly identity: readonly IdentityPart[];
  readonly ids: {
    /** The id of a pointer to a global: one per load instruction, or always zero. */
    readonly global: 'per-load' | 'zero';
    /** The id of a value that a callback is given. */
    readonly callbackValue: 'fresh' | 'zero';
  };
  readonly guard: GuardKind;
  readonly placement: { readonly where: (typeof placements)[number]; readonly locksPerValue: 'one' | 'many' };
  readonly innerMaps: (typeof innerMapReadings)[number];
  readonly held: 'one' | 'several';
  readonly teardown: (typeof teardowns)[number];
  readonly sections: SectionPolicy;
  /** False for kernels from before heads and roots: programs that use them are not applicable. */
  readonly hasGraphs: boolean;
  /** Whether user-space updates leave special fields alone. */
  readonly syscallMask: boolean;
  /** What the programmer must write for it. */
  readonly annotations: readonly string[];
  /** Set on rows that only ask about sections. */
  readonly axis?: 'sections';
}

/** The three ways a scenario's locks can be written, so that one question can be put to every design. */
export type Dialect = 'same-value' | 'locks-section' | 'own-lock';
export const dialectOf = (d: Design): Dialect =>
  d.placement.where === 'locks-section'
    ? 'locks-section'
    : d.placement.where === 'inside-structure'
      ? 'own-lock'
      : 'same-value';
