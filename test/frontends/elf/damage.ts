/** Real objects, damaged: what a transfer, a disk or somebody with intent makes of them. */
import * as fc from 'fast-check';
import { expect } from 'vitest';
import { readContainer } from '../../../frontends/elf/container.js';
import type { BpfObject } from '../../../frontends/elf/object.js';
import { readElf } from '../../../frontends/elf/unit.js';

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

/**
 * Reads, and holds the reader to its contract: it answers soon, with an object or with one line that says where. Of an object
 * its programs are read too: each is a unit, or has problems that are not ours.
 */
export function readsOrSaysWhere(bytes: Uint8Array): boolean {
  const begin = performance.now();
  const result = readElf('damaged.bpf.o', bytes);
  expect(performance.now() - begin).toBeLessThan(SLOWEST);
  if (result.ok) {
    expect(danglingIn(result.object)).toEqual([]);
    for (const p of result.programs) {
      if (p.unit === null) expect(p.problems).not.toEqual([]);
      expect(JSON.stringify(p.problems)).not.toContain('the reader failed');
    }
    return true;
  }
  const { message, section, offset } = result.error;
  expect(message).not.toContain('the reader failed');
  expect(message).toMatch(/^(file|section '.*'), byte 0x[0-9a-f]+: ./);
  expect(message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
  expect(message.length).toBeLessThan(500);
  expect(typeof section).toBe('string');
  expect(offset).toBeGreaterThanOrEqual(0);
  return false;
}

/** Returns what an object names and does not have: whoever lowers it relies on there being nothing. */
export function danglingIn(object: BpfObject): string[] {
  const maps = new Map(object.maps.map(m => [m.name, m]));
  const structs = new Set(object.structs.map(s => s.name));
  const subprograms = new Set(object.subprograms.map(f => f.name));
  const externs = new Map(object.externs.map(e => [e.name, e]));
  const wrong: string[] = [];
  const check = (holds: boolean, what: string): void => {
    if (!holds) wrong.push(what);
  };
  for (const map of object.maps) {
    check(map.inner !== undefined || structs.has(map.valueType), `${map.name} has values of ${map.valueType}`);
    for (const inner of map.inner?.initial ?? [])
      check(inner === null || maps.has(inner), `${map.name} holds ${inner}`);
    check(map.inner === undefined || maps.get(map.inner.template)?.isTemplate === true, `${map.name} has no template`);
    for (const v of map.section?.vars ?? []) check(v.offset + v.size <= map.valueSize, `${v.name} lies outside`);
  }
  for (const struct of object.structs) {
    for (const f of struct.fields)
      check(f.offset < struct.size, `${struct.name}.${f.name} at ${f.offset} of ${struct.size}`);
  }
  for (const fn of [...object.programs, ...object.subprograms]) {
    const slots = new Set(fn.instructions.map(i => i.slot));
    check(fn.instructions.length > 0, `${fn.name} is empty`);
    for (const { does, at, core } of fn.instructions) {
      check(at === null || (at.line > 0 && at.column > 0), `${fn.name} has a line 0`);
      check(core === null || core.typeId < object.btf.types.length, `${fn.name} relocates type ${core?.typeId}`);
      if ('to' in does) check(slots.has(does.to), `${fn.name} jumps to ${does.to}`);
      if (does.op === 'call') {
        const { callee } = does;
        if (callee.kind === 'subprogram') check(subprograms.has(callee.name), `${fn.name} calls ${callee.name}`);
        if (callee.kind === 'kfunc')
          check(externs.get(callee.name)?.kind === 'func', `${fn.name} calls ${callee.name}`);
      } else if (does.op === 'ld_imm64' && does.target !== null) {
        const { target } = does;
        if (target.to === 'map') check(maps.has(target.map), `${fn.name} names map ${target.map}`);
        else if (target.to === 'function') check(subprograms.has(target.name), `${fn.name} names ${target.name}`);
        else if (target.to === 'extern') check(externs.has(target.name), `${fn.name} names ${target.name}`);
        else
          check(
            target.offset < (maps.get(target.map)?.valueSize ?? 0),
            `${fn.name} names ${target.map}+${target.offset}`,
          );
      }
    }
  }
  return wrong;
}
