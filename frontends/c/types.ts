/** C types and their layout on a 64-bit target, as clang computes it for BPF. */
import type { At, FieldKind } from '../../model/program.js';
import { unreachable } from '../shared/problems.js';

export type CType =
  | { readonly kind: 'void' }
  | {
      readonly kind: 'int';
      readonly size: number;
      readonly signed: boolean;
      readonly bool: boolean;
      readonly name: string;
    }
  | { readonly kind: 'pointer'; readonly to: CType; readonly tags: readonly string[] }
  | { readonly kind: 'array'; readonly of: CType; readonly length: number | null }
  | { readonly kind: 'struct'; readonly decl: StructDecl }
  | {
      readonly kind: 'function';
      readonly returns: CType;
      readonly params: readonly Param[];
      readonly variadic: boolean;
    }
  /** A value of the kernel whose type is not known here: it can be read through, and means nothing. */
  | { readonly kind: 'unknown' };

export interface Param {
  readonly name: string;
  readonly type: CType;
  readonly at: At;
}

export interface Member {
  /** Empty for anonymous structs and unions, whose members belong to the outer one. */
  readonly name: string;
  readonly type: CType;
  readonly offset: number;
  readonly at: At;
  readonly declTags: readonly string[];
}

/** A struct or union. Filled in when its body is read; `members` is null until then. */
export interface StructDecl {
  name: string;
  readonly isUnion: boolean;
  readonly at: At;
  /** Declared in the prelude or known only by name: the kernel's, not the unit's. */
  readonly isKernel: boolean;
  members: readonly Member[] | null;
  size: number;
  align: number;
}

const int = (name: string, size: number, signed: boolean, bool = false): CType & { kind: 'int' } => ({
  kind: 'int',
  size,
  signed,
  bool,
  name,
});

export const VOID: CType = { kind: 'void' };
export const UNKNOWN: CType = { kind: 'unknown' };
export const CHAR = int('char', 1, true);
export const BOOL = int('bool', 1, false, true);
export const INT = int('int', 4, true);
export const UINT = int('unsigned int', 4, false);
export const LONG = int('long', 8, true);
export const ULONG = int('unsigned long', 8, false);
export const pointerTo = (to: CType, tags: readonly string[] = []): CType => ({ kind: 'pointer', to, tags });

/** Returns the integer type that a list of words such as `unsigned long long` names, or null if it names none. */
export function integerType(words: readonly string[]): CType | null {
  const count = (word: string): number => words.filter(w => w === word).length;
  const known = ['signed', '__signed__', 'unsigned', 'short', 'long', 'int', 'char', '__int128'];
  if (words.length === 0 || words.some(w => !known.includes(w))) return null;
  const signed = count('unsigned') === 0;
  const prefix = signed ? '' : 'unsigned ';
  if (count('char') > 0) return int(signed ? 'char' : 'unsigned char', 1, signed);
  if (count('short') > 0) return int(`${prefix}short`, 2, signed);
  if (count('__int128') > 0) return int(`${prefix}__int128`, 16, signed);
  if (count('long') > 0) return int(count('long') > 1 ? `${prefix}long long` : `${prefix}long`, 8, signed);
  return signed ? INT : UINT;
}

/** Returns size and alignment in bytes, or null for types that have none (void, functions, incomplete structs and arrays). */
export function layout(type: CType): { readonly size: number; readonly align: number } | null {
  switch (type.kind) {
    case 'int':
      return { size: type.size, align: type.size };
    case 'pointer':
    case 'unknown':
      return { size: 8, align: 8 };
    case 'array': {
      const one = layout(type.of);
      return one === null ? null : { size: one.size * (type.length ?? 0), align: one.align };
    }
    case 'struct':
      return type.decl.members === null ? null : { size: type.decl.size, align: type.decl.align };
    case 'void':
    case 'function':
      return null;
    default:
      return unreachable(type);
  }
}

export interface MemberSpec {
  readonly name: string;
  readonly type: CType;
  readonly at: At;
  readonly declTags: readonly string[];
  readonly align: number;
  readonly packed: boolean;
  readonly bits: number | null;
}

/** Lays a struct or union out and completes its declaration. Returns the first member whose type has no size, or null. */
export function complete(
  decl: StructDecl,
  specs: readonly MemberSpec[],
  options: { readonly packed: boolean; readonly align: number },
): MemberSpec | null {
  const members: Member[] = [];
  let bit = 0;
  let size = 0;
  let align = Math.max(1, options.align);
  for (const spec of specs) {
    const own = layout(spec.type);
    const isLast = spec === specs.at(-1);
    const flexible = spec.type.kind === 'array' && spec.type.length === null;
    if (own === null || (flexible && !isLast && !decl.isUnion)) return spec;
    const natural = options.packed || spec.packed ? 1 : own.align;
    const alignment = Math.max(natural, spec.align);
    if (decl.isUnion) bit = 0;
    if (spec.bits === null) {
      bit = roundUp(bit, alignment * 8);
      align = Math.max(align, alignment);
    } else if (spec.bits === 0) {
      bit = roundUp(bit, own.size * 8);
    } else {
      if (!options.packed && (bit % (own.size * 8)) + spec.bits > own.size * 8) bit = roundUp(bit, own.size * 8);
      align = Math.max(align, natural);
    }
    const offset = spec.bits === null ? bit / 8 : Math.floor(bit / (own.size * 8)) * own.size;
    members.push({ name: spec.name, type: spec.type, offset, at: spec.at, declTags: spec.declTags });
    bit += spec.bits ?? own.size * 8;
    size = Math.max(size, Math.ceil(bit / 8));
  }
  decl.members = members;
  decl.align = align;
  decl.size = roundUp(size, align);
  return null;
}

export const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to;

/** Returns a member by name, looking into anonymous members, with its offset from the start of the outer struct. */
export function findMember(decl: StructDecl, name: string): Member | null {
  for (const member of decl.members ?? []) {
    if (member.name === name) return member;
    if (member.name === '' && member.type.kind === 'struct') {
      const inner = findMember(member.type.decl, name);
      if (inner !== null) return { ...inner, offset: inner.offset + member.offset };
    }
  }
  return null;
}

const SPECIAL: ReadonlySet<string> = new Set<FieldKind>([
  'bpf_spin_lock', 'bpf_res_spin_lock', 'bpf_list_head', 'bpf_rb_root', 'bpf_list_node', 'bpf_rb_node',
  'bpf_refcount', 'bpf_timer', 'bpf_wq',
]); // prettier-ignore

/** Returns the special field that a type is, seen as one field, or null. */
export function specialKind(type: CType): FieldKind | null {
  if (type.kind === 'struct') return SPECIAL.has(type.decl.name) ? (type.decl.name as FieldKind) : null;
  return type.kind === 'pointer' && isKptr(type) ? 'kptr' : null;
}

const KPTR_TAGS = ['kptr', 'kptr_untrusted', 'percpu_kptr', 'uptr'];

export const isKptr = (type: CType): boolean =>
  type.kind === 'pointer' && type.tags.some(tag => KPTR_TAGS.includes(tag));

/** Returns the range of values of an integer type; 64-bit ranges stop at what a number holds exactly. */
export function rangeOf(type: CType): { readonly lo: number; readonly hi: number } {
  const size = type.kind === 'int' ? type.size : 8;
  const signed = type.kind === 'int' ? type.signed : true;
  if (type.kind === 'int' && type.bool) return { lo: 0, hi: 1 };
  if (size >= 8) return { lo: signed ? Number.MIN_SAFE_INTEGER : 0, hi: Number.MAX_SAFE_INTEGER };
  const span = 2 ** (8 * size);
  return signed ? { lo: -span / 2, hi: span / 2 - 1 } : { lo: 0, hi: span - 1 };
}

/** Returns a number converted to an integer type, as C does. */
export function convert(value: number, type: CType): number {
  if (type.kind !== 'int') return value;
  if (type.bool) return value === 0 ? 0 : 1;
  const { lo, hi } = rangeOf(type);
  if (value >= lo && value <= hi) return value;
  if (!Number.isFinite(value)) return value;
  const big = BigInt(Math.trunc(value));
  return Number(type.signed ? BigInt.asIntN(type.size * 8, big) : BigInt.asUintN(type.size * 8, big));
}

/** Returns the type in which C computes with operands of two types. */
export function commonType(a: CType, b: CType): CType {
  if (a.kind !== 'int') return b.kind === 'int' ? LONG : a;
  if (b.kind !== 'int') return LONG;
  const size = Math.max(4, a.size, b.size);
  const isUnsigned = (t: CType & { kind: 'int' }): boolean => !t.signed && t.size === size;
  const unsigned = isUnsigned(a) || isUnsigned(b);
  if (size === 4) return unsigned ? UINT : INT;
  return unsigned ? ULONG : LONG;
}

/** Returns how C spells a type, for messages. */
export function typeName(type: CType): string {
  switch (type.kind) {
    case 'void':
      return 'void';
    case 'unknown':
      return 'a kernel type';
    case 'int':
      return type.name;
    case 'pointer':
      return `${typeName(type.to)} *`;
    case 'array':
      return `${typeName(type.of)}[${type.length ?? ''}]`;
    case 'struct':
      return `${type.decl.isUnion ? 'union' : 'struct'} ${type.decl.name}`;
    case 'function':
      return 'a function';
    default:
      return unreachable(type);
  }
}
