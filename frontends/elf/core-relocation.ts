/** CO-RE relocations: what the compiler asks the loader to patch once it knows the types of the running kernel. */

/** `enum bpf_core_relo_kind`, in its order. */
export const CORE_KINDS = [
  'BPF_CORE_FIELD_BYTE_OFFSET',
  'BPF_CORE_FIELD_BYTE_SIZE',
  'BPF_CORE_FIELD_EXISTS',
  'BPF_CORE_FIELD_SIGNED',
  'BPF_CORE_FIELD_LSHIFT_U64',
  'BPF_CORE_FIELD_RSHIFT_U64',
  'BPF_CORE_TYPE_ID_LOCAL',
  'BPF_CORE_TYPE_ID_TARGET',
  'BPF_CORE_TYPE_EXISTS',
  'BPF_CORE_TYPE_SIZE',
  'BPF_CORE_ENUMVAL_EXISTS',
  'BPF_CORE_ENUMVAL_VALUE',
  'BPF_CORE_TYPE_MATCHES',
] as const;

export type CoreKind = (typeof CORE_KINDS)[number];

export interface CoreRelocation {
  readonly kind: CoreKind;
  /** BTF id of the local type. `BPF_CORE_TYPE_ID_LOCAL`: this is the instruction's constant. */
  readonly typeId: number;
  /** Access string, such as `0:1:2`. */
  readonly access: string;
}
