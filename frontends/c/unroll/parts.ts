/** The parts of a variable: which integers and pointers are in it, where, and how C spells them. */
import type { LocalVar } from '../scope.js';
import { specialKind, type CType } from '../types.js';

/** Variables with more parts than this are not followed: integers in them may be anything, pointers are unsupported. */
export const MOST_LEAVES = 64;

const leavesOf = new WeakMap<CType, readonly { readonly off: number; readonly type: CType }[]>();

/** Returns the integers and pointers in a variable, at most one more than are followed. */
export function leaves(type: CType): readonly { readonly off: number; readonly type: CType }[] {
  const known = leavesOf.get(type);
  if (known !== undefined) return known;
  const result: { off: number; type: CType }[] = [];
  const walk = (t: CType, off: number): void => {
    if (result.length > MOST_LEAVES) return;
    if (t.kind === 'array') {
      const one = sizeOf(t.of);
      for (let k = 0; k < (t.length ?? 0) && result.length <= MOST_LEAVES; k++) walk(t.of, off + k * one);
    } else if (t.kind === 'struct') {
      for (const member of t.decl.members ?? []) walk(member.type, off + member.offset);
    } else if (t.kind === 'int' || t.kind === 'pointer' || t.kind === 'unknown') result.push({ off, type: t });
  };
  walk(type, 0);
  leavesOf.set(type, result);
  return result;
}

const unionsIn = new WeakMap<CType, boolean>();

function hasUnion(type: CType): boolean {
  if (type.kind === 'array') return hasUnion(type.of);
  if (type.kind !== 'struct') return false;
  const known = unionsIn.get(type);
  if (known !== undefined) return known;
  const result = type.decl.isUnion || (type.decl.members ?? []).some(m => hasUnion(m.type));
  unionsIn.set(type, result);
  return result;
}

/** Whether a variable has, at an offset, an integer or pointer that values can be followed in. */
export function isFollowed(variable: CType, off: number, type: CType): boolean {
  if (variable.kind !== 'struct' && variable.kind !== 'array') {
    return off === 0 && isInteger(variable) === isInteger(type) && sizeOf(variable) === sizeOf(type);
  }
  if (hasUnion(variable) && type.kind === 'int') return false;
  const parts = leaves(variable);
  if (parts.length > MOST_LEAVES) return false;
  return parts.some(l => l.off === off && isInteger(l.type) === isInteger(type) && sizeOf(l.type) === sizeOf(type));
}

/** What cannot be followed of a pointer in a variable, for whoever reads of it. */
export const unfollowedPointer = ({ name, type }: LocalVar): string =>
  leaves(type).length > MOST_LEAVES
    ? `a pointer in \`${name}\`, which has more than ${MOST_LEAVES} parts,`
    : `a pointer in a part of \`${name}\` that is not declared as one`;

const isInteger = (type: CType): boolean => type.kind === 'int';

function sizeOf(type: CType): number {
  if (type.kind === 'int') return type.size;
  if (type.kind === 'struct') return type.decl.size;
  if (type.kind === 'array') return sizeOf(type.of) * (type.length ?? 0);
  return 8;
}

/** Returns how C would spell the part of a variable at an offset: `.a[2]`; empty for the whole. */
export function pathAt(type: CType, off: number): string {
  if (type.kind === 'array') {
    const one = sizeOf(type.of);
    if (one === 0) return '';
    const k = Math.floor(off / one);
    return `[${k}]${pathAt(type.of, off - k * one)}`;
  }
  if (type.kind !== 'struct' || specialKind(type) !== null) return '';
  const member = type.decl.members?.findLast(m => m.offset <= off);
  if (member === undefined) return '';
  return (member.name === '' ? '' : `.${member.name}`) + pathAt(member.type, off - member.offset);
}
