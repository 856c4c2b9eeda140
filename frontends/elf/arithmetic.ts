/** Arithmetic on 64-bit constants, as the instruction set has it, and what is known of a result that is none. */
import type { Range } from '../shared/graph.js';
import type { AluOperator, BranchOperator } from './operation.js';

export const signed = (v: bigint, width: number): bigint => BigInt.asIntN(width, v);
export const unsigned = (v: bigint, width: number): bigint => BigInt.asUintN(width, v);

/** Returns a op b as a 64-bit pattern (32-bit results are zero-extended); division by zero gives what the machine gives. */
export function computed(op: AluOperator, width: 32 | 64, a: bigint, b: bigint): bigint {
  const x = unsigned(a, width);
  const y = unsigned(b, width);
  const shift = y & BigInt(width - 1);
  const value = ((): bigint => {
    switch (op) {
      case 'add':
        return x + y;
      case 'sub':
        return x - y;
      case 'mul':
        return x * y;
      case 'div':
        return y === 0n ? 0n : x / y;
      case 'mod':
        return y === 0n ? x : x % y;
      case 'sdiv':
        return y === 0n ? 0n : signed(x, width) / signed(y, width);
      case 'smod':
        return y === 0n ? x : signed(x, width) % signed(y, width);
      case 'or':
        return x | y;
      case 'and':
        return x & y;
      case 'xor':
        return x ^ y;
      case 'lsh':
        return x << shift;
      case 'rsh':
        return x >> shift;
      case 'arsh':
        return signed(x, width) >> shift;
      case 'mov':
        return y;
    }
  })();
  return unsigned(value, width);
}

/** Returns whether a op b holds. */
export function holds(op: BranchOperator, width: 32 | 64, a: bigint, b: bigint): boolean {
  const [x, y] = [unsigned(a, width), unsigned(b, width)];
  const [s, t] = [signed(a, width), signed(b, width)];
  switch (op) {
    case 'eq':
      return x === y;
    case 'ne':
      return x !== y;
    case 'gt':
      return x > y;
    case 'ge':
      return x >= y;
    case 'lt':
      return x < y;
    case 'le':
      return x <= y;
    case 'sgt':
      return s > t;
    case 'sge':
      return s >= t;
    case 'slt':
      return s < t;
    case 'sle':
      return s <= t;
    case 'set':
      return (x & y) !== 0n;
  }
}

export const ANY_64: Range = { lo: Number.MIN_SAFE_INTEGER, hi: Number.MAX_SAFE_INTEGER };
const ANY_32: Range = { lo: 0, hi: 2 ** 32 - 1 };

/** Unsigned numbers of so many bytes. */
export const anyOfSize = (size: number, isSigned = false): Range =>
  size >= 8
    ? ANY_64
    : isSigned
      ? { lo: -(2 ** (8 * size - 1)), hi: 2 ** (8 * size - 1) - 1 }
      : { lo: 0, hi: 2 ** (8 * size) - 1 };

/** The low halves of numbers that have all bits above them in common; null if they have not (kernel: tnum_range). */
const commonBits = (x: Range): { readonly lo: bigint; readonly hi: bigint } | null => {
  const [lo, hi] = [unsigned(BigInt(x.lo), 64), unsigned(BigInt(x.hi), 64)];
  const differ = lo ^ hi;
  if (differ >= 1n << 32n) return null;
  const delta = differ === 0n ? 0n : (1n << BigInt(differ.toString(2).length)) - 1n;
  const value = unsigned(lo & ~delta, 32);
  return { lo: value, hi: value | delta };
};

/**
 * What is known of a number that shifts left and right by 32 cut to its low half: bounds up to 2^31, and else the bits that all numbers
 * of the range have in common (kernel: __scalar64_min_max_lsh).
 */
export function lowHalf(x: Range): Range {
  if (x.lo >= 0 && x.hi <= 2 ** 31) return x;
  const bits = commonBits(x);
  return bits === null ? ANY_32 : { lo: Number(bits.lo), hi: Number(bits.hi) };
}

/** The same where the second shift keeps the sign: of bounds of 32 bits, those that are not negative stay. */
export function signedLowHalf(x: Range): Range {
  const all = anyOfSize(4, true);
  const bits = commonBits(x);
  const [lo, hi] = bits === null ? [0n, -1n] : [signed(bits.lo, 32), signed(bits.hi, 32)];
  const known = lo <= hi ? { lo: Number(lo), hi: Number(hi) } : all;
  if (x.lo < all.lo || x.hi > all.hi) return known;
  return { lo: Math.max(known.lo, x.lo >= 0 ? x.lo : all.lo), hi: Math.min(known.hi, x.hi >= 0 ? x.hi : all.hi) };
}

/** What x op b can be, for any x of a range and a constant b that says something about it. */
export function resultRange(op: AluOperator, width: 32 | 64, x: Range, b: bigint | null): Range {
  const all = width === 32 ? ANY_32 : ANY_64;
  if (b === null) return all;
  const n = Number(signed(b, width));
  const fits = (r: Range): Range => (r.lo >= all.lo && r.hi <= all.hi ? r : all);
  switch (op) {
    case 'and':
      return n >= 0 ? { lo: 0, hi: Math.min(n, x.lo >= 0 ? x.hi : n) } : all;
    case 'mod':
      return n > 0 ? { lo: 0, hi: n - 1 } : all;
    case 'rsh':
      if (x.lo >= 0) return { lo: Math.floor(x.lo / 2 ** n), hi: Math.floor(x.hi / 2 ** n) };
      return n >= 12 && width === 64 ? { lo: 0, hi: 2 ** (64 - n) - 1 } : all;
    case 'div':
      return n > 0 && x.lo >= 0 ? { lo: Math.floor(x.lo / n), hi: Math.floor(x.hi / n) } : all;
    case 'add':
      return fits({ lo: x.lo + n, hi: x.hi + n });
    case 'sub':
      return fits({ lo: x.lo - n, hi: x.hi - n });
    case 'lsh':
      return n < 32 ? fits({ lo: x.lo * 2 ** n, hi: x.hi * 2 ** n }) : all;
    case 'mul':
      return n >= 0 ? fits({ lo: x.lo * n, hi: x.hi * n }) : all;
    default:
      return all;
  }
}
