/**
 * The kinds of BTF as plain data. A type's id is its place in `Btf.types`; id 0 is `void`.
 *
 * Kinds and words are those of include/uapi/linux/btf.h.
 */

export interface BtfMember {
  /** Empty for anonymous structs and unions, whose members belong to the outer one. */
  readonly name: string;
  readonly type: number;
  readonly bitOffset: number;
  /** 0 unless the member is a bit field. */
  readonly bitSize: number;
}

export interface BtfDatasecVar {
  /** Id of a `var`; of a `func` in `.ksyms`. */
  readonly type: number;
  readonly offset: number;
  readonly size: number;
}

export type BtfLinkage = 'static' | 'global' | 'extern';

export type BtfType =
  | { readonly kind: 'void' }
  | {
      readonly kind: 'int';
      readonly name: string;
      readonly size: number;
      readonly bits: number;
      readonly isSigned: boolean;
      readonly isBool: boolean;
    }
  | { readonly kind: 'ptr'; readonly type: number }
  | { readonly kind: 'array'; readonly type: number; readonly indexType: number; readonly length: number }
  | {
      readonly kind: 'struct' | 'union';
      /** Empty if anonymous. */
      readonly name: string;
      readonly size: number;
      readonly members: readonly BtfMember[];
    }
  | {
      /** Both ENUM and ENUM64. */
      readonly kind: 'enum';
      readonly name: string;
      readonly size: number;
      readonly isSigned: boolean;
      readonly values: readonly { readonly name: string; readonly value: bigint }[];
    }
  | { readonly kind: 'fwd'; readonly name: string; readonly isUnion: boolean }
  | { readonly kind: 'typedef'; readonly name: string; readonly type: number }
  | { readonly kind: 'volatile' | 'const' | 'restrict'; readonly type: number }
  | { readonly kind: 'func'; readonly name: string; readonly type: number; readonly linkage: BtfLinkage }
  | {
      readonly kind: 'func_proto';
      readonly returns: number;
      /** A last parameter of type 0 without a name stands for `...`. */
      readonly params: readonly { readonly name: string; readonly type: number }[];
    }
  | { readonly kind: 'var'; readonly name: string; readonly type: number; readonly linkage: BtfLinkage }
  | { readonly kind: 'datasec'; readonly name: string; readonly size: number; readonly vars: readonly BtfDatasecVar[] }
  | { readonly kind: 'float'; readonly name: string; readonly size: number }
  /** `component` is the member or parameter that the tag is on, -1 for the type itself. */
  | { readonly kind: 'decl_tag'; readonly name: string; readonly type: number; readonly component: number }
  | { readonly kind: 'type_tag'; readonly name: string; readonly type: number };

export type BtfKind = BtfType['kind'];

export interface Btf {
  /** Every id inside is the index of a type, no type contains itself, and members lie inside their struct: see btf-check.ts. */
  readonly types: readonly BtfType[];
  /** Size in bytes of each type, by id; null where C has none (`void`, functions, `fwd`). */
  readonly sizes: readonly (number | null)[];
  /** Texts of the declaration tags on a type (-1) and on each of its members. */
  readonly declTags: ReadonlyMap<number, ReadonlyMap<number, readonly string[]>>;
}
