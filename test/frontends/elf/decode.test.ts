import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../frontends/elf/decode.js';
import type { Encoded } from '../../../frontends/elf/object.js';

const encoded = (opcode: number, dst = 0, src = 0, off = 0, imm = 0): Encoded => ({ opcode, dst, src, off, imm });
const does = (e: Encoded, next: Encoded | null = null): unknown => {
  const result = decode(e, next, 10);
  return result.ok ? result.does : result.problem;
};

describe('an instruction', () => {
  it.each<[string, Encoded, object]>([
    ['r1 += r2', encoded(0x0f, 1, 2), { op: 'alu', operator: 'add', width: 64, dst: 1, src: { register: 2 } }],
    ['w1 -= -1', encoded(0x14, 1, 0, 0, -1), { op: 'alu', operator: 'sub', width: 32, dst: 1, src: { constant: -1 } }],
    ['r1 s/= r2', encoded(0x3f, 1, 2, 1), { op: 'alu', operator: 'sdiv', width: 64, dst: 1, src: { register: 2 } }],
    ['w1 s%= 7', encoded(0x94, 1, 0, 1, 7), { op: 'alu', operator: 'smod', width: 32, dst: 1, src: { constant: 7 } }],
    ['w1 = r2', encoded(0xbc, 1, 2), { op: 'alu', operator: 'mov', width: 32, dst: 1, src: { register: 2 } }],
    ['r1 = (s8)r2', encoded(0xbf, 1, 2, 8), { op: 'movsx', from: 8, width: 64, dst: 1, src: 2 }],
    ['r1 = (s32)r2', encoded(0xbf, 1, 2, 32), { op: 'movsx', from: 32, width: 64, dst: 1, src: 2 }],
    ['r1 = addr_space_cast(r2)', encoded(0xbf, 1, 2, 1, 1), { op: 'addr_space_cast', dst: 1, src: 2, spaces: 1 }],
    ['r1 = -r1', encoded(0x87, 1), { op: 'neg', width: 64, dst: 1 }],
    ['r1 = be16 r1', encoded(0xdc, 1, 0, 0, 16), { op: 'swap', order: 'be', width: 16, dst: 1 }],
    ['r1 = le64 r1', encoded(0xd4, 1, 0, 0, 64), { op: 'swap', order: 'le', width: 64, dst: 1 }],
    ['r1 = bswap32 r1', encoded(0xd7, 1, 0, 0, 32), { op: 'swap', order: 'bswap', width: 32, dst: 1 }],
    [
      'r1 = *(u16 *)(r2 - 8)',
      encoded(0x69, 1, 2, -8),
      { op: 'load', size: 2, isSigned: false, dst: 1, base: 2, offset: -8 },
    ],
    [
      'r1 = *(s32 *)(r2 + 4)',
      encoded(0x81, 1, 2, 4),
      { op: 'load', size: 4, isSigned: true, dst: 1, base: 2, offset: 4 },
    ],
    [
      '*(u8 *)(r1 + 1) = 5',
      encoded(0x72, 1, 0, 1, 5),
      { op: 'store', size: 1, base: 1, offset: 1, src: { constant: 5 } },
    ],
    ['*(u64 *)(r1 + 0) = r2', encoded(0x7b, 1, 2), { op: 'store', size: 8, base: 1, offset: 0, src: { register: 2 } }],
    [
      'lock *(u64 *)(r1 + 0) += r2',
      encoded(0xdb, 1, 2),
      { op: 'atomic', operator: 'add', fetch: false, size: 8, base: 1, offset: 0, register: 2 },
    ],
    [
      'r2 = atomic_fetch_xor',
      encoded(0xc3, 1, 2, 0, 0xa1),
      { op: 'atomic', operator: 'xor', fetch: true, size: 4, base: 1, offset: 0, register: 2 },
    ],
    [
      'r0 = atomic_cmpxchg',
      encoded(0xdb, 1, 2, 0, 0xf1),
      { op: 'atomic', operator: 'cmpxchg', fetch: true, size: 8, base: 1, offset: 0, register: 2 },
    ],
    [
      'r1 = load_acquire',
      encoded(0xdb, 1, 2, 4, 0x100),
      { op: 'atomic', operator: 'load_acquire', fetch: false, size: 8, base: 2, offset: 4, register: 1 },
    ],
    [
      'store_release',
      encoded(0xd3, 1, 2, 4, 0x110),
      { op: 'atomic', operator: 'store_release', fetch: false, size: 1, base: 1, offset: 4, register: 2 },
    ],
    ['r0 = packet[14]', encoded(0x28, 0, 0, 0, 14), { op: 'packet', size: 2, offset: 14, index: null }],
    ['r0 = packet[r3 + 1]', encoded(0x50, 0, 3, 0, 1), { op: 'packet', size: 1, offset: 1, index: 3 }],
    ['goto -3', encoded(0x05, 0, 0, -3), { op: 'jump', to: 8 }],
    ['gotol +70000', encoded(0x06, 0, 0, 0, 70_000), { op: 'jump', to: 70_011 }],
    ['may_goto +1', encoded(0xe5, 0, 0, 1), { op: 'may_goto', to: 12 }],
    [
      'if r1 s> r2 goto +2',
      encoded(0x6d, 1, 2, 2),
      { op: 'branch', operator: 'sgt', width: 64, dst: 1, src: { register: 2 }, to: 13 },
    ],
    [
      'if w1 & 8 goto +0',
      encoded(0x46, 1, 0, 0, 8),
      { op: 'branch', operator: 'set', width: 32, dst: 1, src: { constant: 8 }, to: 11 },
    ],
    ['call 93', encoded(0x85, 0, 0, 0, 93), { op: 'call', how: 'helper' }],
    ['call pc+1', encoded(0x85, 0, 1, 0, 1), { op: 'call', how: 'relative' }],
    ['call kfunc', encoded(0x85, 0, 2, 0, 1), { op: 'call', how: 'kfunc' }],
    ['callx r3', encoded(0x8d, 3), { op: 'call', how: 'register' }],
    ['exit', encoded(0x95), { op: 'exit' }],
  ])('%s', (_, e, expected) => {
    expect(does(e)).toEqual(expected);
  });

  it('of 16 bytes has a constant of 64 bits', () => {
    expect(does(encoded(0x18, 1, 0, 0, -2), encoded(0, 0, 0, 0, 1))).toEqual({
      op: 'ld_imm64',
      dst: 1,
      value: 0x1_ffff_fffen,
      target: null,
    });
    expect(does(encoded(0x18, 1), null)).toContain('second half');
    expect(does(encoded(0x18, 1), encoded(0x95))).toContain('does not use');
    expect(does(encoded(0x18, 1, 1), encoded(0))).toContain('only a loader');
  });

  it.each<[string, Encoded]>([
    ['register 11', encoded(0xb7, 11)],
    ['alu with both operands', encoded(0x0f, 1, 2, 0, 5)],
    ['alu with a constant and a register', encoded(0x07, 1, 2, 0, 5)],
    ['add with an offset', encoded(0x07, 1, 0, 1, 5)],
    ['neg of a register', encoded(0x8f, 1, 2)],
    ['swap of 8 bits', encoded(0xdc, 1, 0, 0, 8)],
    ['movsx of 32 bits to 32 bits', encoded(0xbc, 1, 2, 32)],
    ['signed load of 8 bytes', encoded(0x99, 1, 2)],
    ['store of a register with a constant', encoded(0x7b, 1, 2, 0, 1)],
    ['atomic of one byte', encoded(0xd3, 1, 2, 0, 0)],
    ['atomic operation of no name', encoded(0xdb, 1, 2, 0, 0x77)],
    ['call of the 32-bit class', encoded(0x86)],
    ['exit of the 32-bit class', encoded(0x96)],
    ['exit with a constant', encoded(0x95, 0, 0, 0, 1)],
    ['goto with a register', encoded(0x05, 1)],
    ['gotox', encoded(0x0d, 1)],
    ['alu 0xe0', encoded(0xe7)],
    ['branch 0xf0', encoded(0xf5)],
    ['zero', encoded(0)],
  ])('is refused: %s', (_, e) => {
    expect(decode(e, encoded(0x95), 0).ok).toBe(false);
  });

  it('is decoded or refused, whatever its bits', () => {
    const field = fc.record({
      opcode: fc.nat({ max: 255 }),
      dst: fc.nat({ max: 15 }),
      src: fc.nat({ max: 15 }),
      off: fc.oneof(fc.constantFrom(0, 1, 8, 16, 32), fc.integer({ min: -32768, max: 32767 })),
      imm: fc.oneof(fc.constantFrom(0, 1, 16, 32, 64, 0xe1, 0xf1), fc.integer()),
    });
    fc.assert(
      fc.property(field, fc.option(field), (e, next) => {
        const result = decode(e, next, 3);
        if (!result.ok) expect(result.problem).not.toBe('');
      }),
      { numRuns: 2000, seed: 1 },
    );
  });
});
