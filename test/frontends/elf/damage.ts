/** Real objects, damaged: what a transfer, a disk or somebody with intent makes of them. */
import * as fc from 'fast-check';
import { expect } from 'vitest';
import { readContainer } from '../../../frontends/elf/container.js';
import { readObject } from '../../../frontends/elf/read.js';

const SLOWEST = 2000;
const SECTION_HEADER = 64;

/** One way to damage bytes, in place where that is possible. */
type Damage =
  | { readonly how: 'cut'; readonly part: number }
  | { readonly how: 'flip'; readonly place: number; readonly bit: number }
  | { readonly how: 'number'; readonly place: number; readonly value: number }
  /** A field of a section header: offset, size, type, flags, link, info, entry size. */
  | { readonly how: 'header'; readonly section: number; readonly field: number; readonly value: number }
  /** A 4-byte number inside a section that is more than instructions. */
  | { readonly how: 'inside'; readonly section: string; readonly place: number; readonly value: number };

const HEADER_FIELDS = [0, 4, 8, 24, 32, 40, 44, 56] as const;
const INTERESTING = [0, 1, 2, 8, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff];
const value = fc.oneof(fc.constantFrom(...INTERESTING), fc.nat({ max: 4096 }), fc.nat({ max: 0xffffffff }));
const place = fc.nat({ max: 0xffffff });

const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ how: fc.constant('cut' as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ how: fc.constant('flip' as const), place, bit: fc.nat({ max: 7 }) }),
  fc.record({ how: fc.constant('number' as const), place, value }),
  fc.record({
    how: fc.constant('header' as const),
    section: fc.nat({ max: 30 }),
    field: fc.constantFrom(...HEADER_FIELDS),
    value,
  }),
  fc.record({
    how: fc.constant('inside' as const),
    section: fc.constantFrom(
      '.BTF',
      '.BTF',
      '.BTF',
      '.BTF.ext',
      '.symtab',
      '.maps',
      '.rel.BTF',
      '.reltc',
      '.rel.maps',
      'tc',
      '.text',
    ),
    place,
    value,
  }),
);

/** A real object by its index, and what happens to it, in this order. */
export const damaged = (objects: number) =>
  fc.tuple(fc.nat({ max: objects - 1 }), fc.array(damage, { minLength: 1, maxLength: 6 }));

/** Returns a damaged copy. */
export function apply(original: Uint8Array, damages: readonly Damage[]): Uint8Array {
  let bytes = original.slice();
  // places of sections as they were: the damaged file may not have any
  const { sections } = readContainer(original);
  const headers = Number(new DataView(original.buffer, original.byteOffset).getBigUint64(40, true));
  const put = (at: number, number: number): void => {
    if (at + 4 <= bytes.length) new DataView(bytes.buffer).setUint32(at, number, true);
  };
  for (const d of damages) {
    if (bytes.length === 0) break;
    switch (d.how) {
      case 'cut':
        bytes = bytes.slice(0, Math.floor(bytes.length * d.part));
        break;
      case 'flip':
        bytes[d.place % bytes.length] = (bytes[d.place % bytes.length] ?? 0) ^ (1 << d.bit);
        break;
      case 'number':
        put((d.place % bytes.length) & ~3, d.value);
        break;
      case 'header':
        put(headers + (d.section % sections.length) * SECTION_HEADER + d.field, d.value);
        break;
      case 'inside': {
        const section = sections.find(s => s.name === d.section);
        if (section === undefined || section.bytes.size < 4) break;
        put(section.bytes.raw.byteOffset - original.byteOffset + ((d.place % section.bytes.size) & ~3), d.value);
        break;
      }
    }
  }
  return bytes;
}

/** Reads, and holds the reader to its contract: it answers soon, with an object or with one line that says where. */
export function readsOrSaysWhere(bytes: Uint8Array): boolean {
  const begin = performance.now();
  const result = readObject(bytes, 'damaged.bpf.o');
  expect(performance.now() - begin).toBeLessThan(SLOWEST);
  if (result.ok) return true;
  const { message, section, offset } = result.error;
  expect(message).not.toContain('the reader failed');
  expect(message).toMatch(/^(file|section '.*'), byte 0x[0-9a-f]+: ./);
  expect(message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
  expect(message.length).toBeLessThan(500);
  expect(typeof section).toBe('string');
  expect(offset).toBeGreaterThanOrEqual(0);
  return false;
}
