/**
 * One instruction of 8 or 16 bytes: its opcode and the fields that it may use. Fields that it does not use have to be zero, as for
 * the verifier (kernel: `bpf_opcode_in_insntable`, `check_alu_op`, `resolve_pseudo_ldimm64`: "uses reserved fields").
 */
import type { Encoded } from './object.js';
import type { AluOperator, AtomicOperator, BranchOperator, Operation, Source } from './operation.js';

/** An operation whose callee or target may still depend on a relocation. */
export type Decoded =
  | Exclude<Operation, { op: 'call' }>
  | { readonly op: 'call'; readonly how: 'helper' | 'relative' | 'kfunc' | 'register' };

export type DecodeResult =
  | { readonly ok: true; readonly does: Decoded; readonly slots: 1 | 2 }
  | { readonly ok: false; readonly problem: string; readonly isUnsupported: boolean };

const LD = 0;
const LDX = 1;
const ST = 2;
const STX = 3;
const ALU = 4;
const JMP = 5;
const JMP32 = 6;
const ALU64 = 7;

const SIZES = [4, 2, 1, 8] as const;
const ALU_OPERATORS: readonly (AluOperator | null)[] = [
  'add', 'sub', 'mul', 'div', 'or', 'and', 'lsh', 'rsh', null, 'mod', 'xor', 'mov', 'arsh',
]; // prettier-ignore
const BRANCH_OPERATORS: readonly (BranchOperator | null)[] = [
  null, 'eq', 'gt', 'ge', 'set', 'ne', 'sgt', 'sge', null, null, 'lt', 'le', 'slt', 'sle',
]; // prettier-ignore
const ATOMIC_OPERATORS: ReadonlyMap<number, readonly [AtomicOperator, boolean]> = new Map([
  [0x00, ['add', false]],
  [0x01, ['add', true]],
  [0x40, ['or', false]],
  [0x41, ['or', true]],
  [0x50, ['and', false]],
  [0x51, ['and', true]],
  [0xa0, ['xor', false]],
  [0xa1, ['xor', true]],
  [0xe1, ['xchg', true]],
  [0xf1, ['cmpxchg', true]],
  [0x100, ['load_acquire', false]],
  [0x110, ['store_release', false]],
]);
const ADDR_SPACE_CAST = 1;

/** Returns what an instruction does; `next` is the 8 bytes after it, null at the end; `slot` is where it stands in its function. */
export function decode(e: Encoded, next: Encoded | null, slot: number): DecodeResult {
  if (e.dst > 10 || e.src > 10) {
    return { ok: false, problem: `register ${Math.max(e.dst, e.src)} does not exist`, isUnsupported: false };
  }
  const is = e.opcode & 7;
  const result =
    is === ALU || is === ALU64
      ? decodeAlu(e, is === ALU64 ? 64 : 32)
      : is === JMP || is === JMP32
        ? decodeJump(e, is === JMP ? 64 : 32, slot)
        : is === LD
          ? decodeLd(e, next)
          : decodeMemory(e, is);
  if (typeof result === 'string') {
    return { ok: false, problem: `${result} (opcode 0x${hex(e.opcode)})`, isUnsupported: result === INDIRECT };
  }
  return { ok: true, does: result, slots: result.op === 'ld_imm64' ? 2 : 1 };
}

const hex = (n: number): string => n.toString(16).padStart(2, '0');

/** Linux 6.19 and later: `gotox`. */
const INDIRECT = 'a jump to an address in a register';
const UNKNOWN = 'no instruction has this opcode';
const RESERVED = 'a field that the instruction does not use is not zero';
const none = (...fields: number[]): boolean => fields.every(f => f === 0);
const isRegister = (e: Encoded): boolean => (e.opcode & 8) !== 0;
const sourceOf = (e: Encoded): Source => (isRegister(e) ? { register: e.src } : { constant: e.imm });
/** The second operand takes one of the two fields; the other has to be zero. */
const sourceIsClean = (e: Encoded): boolean => none(isRegister(e) ? e.imm : e.src);

function decodeAlu(e: Encoded, width: 32 | 64): Decoded | string {
  const { dst, src, off, imm } = e;
  const number = e.opcode >> 4;
  if (number === 8) {
    if (isRegister(e)) return UNKNOWN;
    return none(src, off, imm) ? { op: 'neg', width, dst } : RESERVED;
  }
  if (number === 13) {
    if (width === 64 && isRegister(e)) return UNKNOWN;
    if (!none(src, off) || (imm !== 16 && imm !== 32 && imm !== 64)) return RESERVED;
    return { op: 'swap', order: width === 64 ? 'bswap' : isRegister(e) ? 'be' : 'le', width: imm, dst };
  }
  const operator = ALU_OPERATORS[number] ?? null;
  if (operator === null) return UNKNOWN;
  if (operator === 'mov' && isRegister(e) && off !== 0) {
    if (width === 64 && off === ADDR_SPACE_CAST) return { op: 'addr_space_cast', dst, src, spaces: imm };
    if (!none(imm) || !(off === 8 || off === 16 || (off === 32 && width === 64))) return RESERVED;
    return { op: 'movsx', from: off, width, dst, src };
  }
  if (!sourceIsClean(e)) return RESERVED;
  if (off === 1 && operator === 'div') return { op: 'alu', operator: 'sdiv', width, dst, src: sourceOf(e) };
  if (off === 1 && operator === 'mod') return { op: 'alu', operator: 'smod', width, dst, src: sourceOf(e) };
  return none(off) ? { op: 'alu', operator, width, dst, src: sourceOf(e) } : RESERVED;
}

function decodeJump(e: Encoded, width: 32 | 64, slot: number): Decoded | string {
  const { dst, src, off, imm } = e;
  const number = e.opcode >> 4;
  const after = slot + 1;
  if (number === 0) {
    if (isRegister(e)) return width === 64 ? INDIRECT : UNKNOWN;
    if (!none(dst, src, width === 64 ? imm : off)) return RESERVED;
    return { op: 'jump', to: after + (width === 64 ? off : imm) };
  }
  if (number === 8) {
    if (width === 32) return UNKNOWN;
    if (isRegister(e)) return { op: 'call', how: 'register' };
    if (!none(dst)) return RESERVED;
    if (src === 2) return { op: 'call', how: 'kfunc' };
    if (!none(off) || src > 2) return RESERVED;
    return { op: 'call', how: src === 0 ? 'helper' : 'relative' };
  }
  if (number === 9) {
    if (width === 32 || isRegister(e)) return UNKNOWN;
    return none(dst, src, off, imm) ? { op: 'exit' } : RESERVED;
  }
  if (number === 14) {
    if (width === 32 || isRegister(e)) return UNKNOWN;
    return none(dst, src, imm) ? { op: 'may_goto', to: after + off } : RESERVED;
  }
  const operator = BRANCH_OPERATORS[number] ?? null;
  if (operator === null) return UNKNOWN;
  return sourceIsClean(e) ? { op: 'branch', operator, width, dst, src: sourceOf(e), to: after + off } : RESERVED;
}

function decodeLd(e: Encoded, next: Encoded | null): Decoded | string {
  const { dst, src, off, imm } = e;
  const size = SIZES[(e.opcode >> 3) & 3] ?? 8;
  const mode = e.opcode >> 5;
  if (mode === 0 && size === 8) {
    if (next === null) return 'the second half of a 16-byte instruction is missing';
    if (!none(off, next.opcode, next.dst, next.src, next.off)) return RESERVED;
    if (src !== 0 && src !== 4) return `a constant of kind ${src}, which only a loader makes`;
    const value = (BigInt(next.imm >>> 0) << 32n) | BigInt(imm >>> 0);
    return { op: 'ld_imm64', dst, value, target: null };
  }
  if ((mode !== 1 && mode !== 2) || size === 8) return UNKNOWN;
  if (!none(dst, off, mode === 1 ? src : 0)) return RESERVED;
  return { op: 'packet', size, offset: imm, index: mode === 1 ? null : src };
}

function decodeMemory(e: Encoded, is: number): Decoded | string {
  const { dst, src, off, imm } = e;
  const size = SIZES[(e.opcode >> 3) & 3] ?? 8;
  const mode = e.opcode >> 5;
  if (is === LDX && (mode === 3 || (mode === 4 && size !== 8))) {
    return none(imm) ? { op: 'load', size, isSigned: mode === 4, dst, base: src, offset: off } : RESERVED;
  }
  if (is === ST && mode === 3) {
    return none(src) ? { op: 'store', size, base: dst, offset: off, src: { constant: imm } } : RESERVED;
  }
  if (is === STX && mode === 3) {
    return none(imm) ? { op: 'store', size, base: dst, offset: off, src: { register: src } } : RESERVED;
  }
  if (is !== STX || mode !== 6) return UNKNOWN;
  const [operator, fetch] = ATOMIC_OPERATORS.get(imm) ?? [null, false];
  if (operator === null) return `no atomic operation has the number 0x${hex(imm >>> 0)}`;
  if (operator === 'load_acquire')
    return { op: 'atomic', operator, fetch, size, base: src, offset: off, register: dst };
  if (size < 4 && operator !== 'store_release') return UNKNOWN;
  return { op: 'atomic', operator, fetch, size, base: dst, offset: off, register: src };
}
