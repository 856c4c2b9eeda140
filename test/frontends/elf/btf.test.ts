import { describe, expect, it } from 'vitest';
import { declTagsOf, memberNamed, resolve, spelling, typeOf, typeTagsOf } from '../../../frontends/elf/btf-query.js';
import type { Btf } from '../../../frontends/elf/btf-type.js';
import { elf, newBtf, pack, type BtfWriter } from './writer.js';
import { errorOf, objectOf } from './reading.js';

const withTypes = (bytes: Uint8Array): Uint8Array => elf([{ name: '.BTF', bytes }]);
const btfOf = (btf: BtfWriter): Btf => objectOf(withTypes(btf.bytes())).btf;
const wrong = (btf: BtfWriter): string => {
  const { message, section } = errorOf(withTypes(btf.bytes()));
  expect(section).toBe('.BTF');
  return message;
};

describe('types', () => {
  it('are read, of every kind', () => {
    const w = newBtf();
    const int = w.int('int', 4, 1);
    const bool = w.int('_Bool', 1, 4);
    const proto = w.proto(int, [
      ['x', int],
      ['', 0],
    ]);
    const func = w.func('f', proto, 2);
    const variable = w.var('v', int, 0);
    const s = w.struct('s', 8, [
      { name: 'a', type: int, bits: 0 },
      { name: 'b', type: int, bits: 32 },
    ]);
    w.union('u', 8, [
      { name: 'a', type: int, bits: 0 },
      { name: 's', type: s, bits: 0 },
    ]);
    w.enum('e', { LOW: -1, HIGH: 7 }, 1);
    w.enum64('big', { ONE: 1n, ALL: 0xffffffffffffffffn });
    w.fwd('later', 1);
    const t = w.typedef('t', s);
    const c = w.const(w.volatile(w.restrict(w.ptr(t))));
    w.array(c, 3, int);
    w.float('double', 8);
    w.datasec('.nowhere', 4, [[variable, 0, 4]]);
    w.declTag('on_member', s, 1);
    w.declTag('on_type', s);
    w.typeTag('kptr', s);
    const { types, sizes, ...btf } = btfOf(w);
    expect(types[int]).toEqual({ kind: 'int', name: 'int', size: 4, bits: 32, isSigned: true, isBool: false });
    expect(types[bool]).toMatchObject({ isBool: true, isSigned: false });
    expect(types[proto]).toEqual({
      kind: 'func_proto',
      returns: int,
      params: [
        { name: 'x', type: int },
        { name: '', type: 0 },
      ],
    });
    expect(types[func]).toEqual({ kind: 'func', name: 'f', type: proto, linkage: 'extern' });
    expect(types.map(x => x.kind)).toEqual([
      'void', 'int', 'int', 'func_proto', 'func', 'var', 'struct', 'union', 'enum', 'enum', 'fwd', 'typedef', 'ptr',
      'restrict', 'volatile', 'const', 'array', 'float', 'datasec', 'decl_tag', 'decl_tag', 'type_tag',
    ]); // prettier-ignore
    expect(types[8]).toMatchObject({
      isSigned: true,
      values: [
        { name: 'LOW', value: -1n },
        { name: 'HIGH', value: 7n },
      ],
    });
    expect(types[9]).toMatchObject({ size: 8, values: [{ value: 1n }, { value: 0xffffffffffffffffn }] });
    expect(types[10]).toEqual({ kind: 'fwd', name: 'later', isUnion: true });
    expect([sizes[0], sizes[func], sizes[10], sizes[s], sizes[t], sizes[c], sizes[16]]).toEqual([
      null,
      null,
      null,
      8,
      8,
      8,
      24,
    ]);
    expect(btf.declTags.get(s)).toEqual(
      new Map([
        [1, ['on_member']],
        [-1, ['on_type']],
      ]),
    );
  });

  it('have bit fields', () => {
    const w = newBtf();
    const int = w.int('int', 4);
    const s = w.struct('s', 4, [{ name: 'a', type: int, bits: 3, width: 5 }]);
    expect(typeOf(btfOf(w), s)).toMatchObject({ members: [{ name: 'a', bitOffset: 3, bitSize: 5 }] });
  });

  it('have variables where relocations put them', () => {
    const w = newBtf();
    const int = w.int('int', 4);
    const [a, b] = [w.var('a', int), w.var('b', int, 0)];
    w.datasec('.data', 0, [
      [a, 0, 4],
      [b, 4, 4],
    ]);
    const bytes = w.bytes();
    // header, int, two variables, head of the section, place in the first entry
    const offset = 24 + 16 + 2 * 16 + 12 + 4;
    const object = objectOf(
      elf(
        [
          {
            name: '.BTF',
            bytes,
            relocations: [
              { offset, symbol: 'a', type: 4 },
              { offset: offset + 12, symbol: 'zero', type: 4 },
            ],
          },
          { name: '.data', flags: 3, bytes: new Uint8Array(12) },
        ],
        [
          { name: 'a', section: '.data', value: 8, size: 4, type: 1 },
          { name: 'zero', section: '.data', type: 3, binding: 0 },
        ],
      ),
    );
    expect(object.maps[0]?.section?.vars).toEqual([
      { name: 'b', offset: 4, size: 4, isStatic: true, isHidden: false },
      { name: 'a', offset: 8, size: 4, isStatic: false, isHidden: false },
    ]);
  });
});

describe('variables', () => {
  const withData = (offset: number, size: number, symbol: string): Uint8Array => {
    const w = newBtf();
    w.datasec('.data', 0, [[w.var('v', w.int('int', 4)), offset, size]]);
    return elf(
      [
        { name: '.BTF', bytes: w.bytes() },
        { name: '.data', flags: 3, bytes: new Uint8Array(8) },
      ],
      [{ name: symbol, section: '.data', type: 1 }],
    );
  };

  it('lie inside their section and have a symbol', () => {
    expect(objectOf(withData(4, 4, 'v')).maps[0]?.section?.vars).toMatchObject([{ name: 'v', offset: 4 }]);
    expect(errorOf(withData(5, 4, 'v')).message).toContain("variable 'v' lies outside section '.data'");
    expect(errorOf(withData(4, 4, 'w')).message).toContain("no symbol for variable 'v'");
  });

  it('of the kernel are externs, in a section for such', () => {
    const withExtern = (linkage: number, section: string): Uint8Array => {
      const w = newBtf();
      w.datasec(section, 0, [[w.var('v', w.int('int', 4), linkage), 0, 4]]);
      return elf([{ name: '.BTF', bytes: w.bytes() }], [{ name: 'v', binding: 2 }]);
    };
    expect(objectOf(withExtern(2, '.ksyms')).externs).toMatchObject([{ name: 'v', kind: 'var', isWeak: true }]);
    expect(errorOf(withExtern(1, '.ksyms')).message).toContain('is no extern in the types');
    expect(errorOf(withExtern(2, '.data')).message).toContain(
      'neither a kernel symbol nor a part of its configuration',
    );
  });
});

describe('types that cannot be', () => {
  it('have a header that makes sense', () => {
    const bytes = newBtf().bytes();
    const put = (offset: number, number: number): Uint8Array => {
      const changed = bytes.slice();
      new DataView(changed.buffer).setUint32(offset, number, true);
      return changed;
    };
    expect(errorOf(withTypes(put(0, 0))).message).toContain('no BTF');
    expect(errorOf(withTypes(put(0, 0x0002eb9f)))).toMatchObject({ kind: 'unsupported', offset: 2 });
    expect(errorOf(withTypes(put(4, 8)))).toMatchObject({ offset: 4 });
    expect(errorOf(withTypes(put(4, 0xffffffff))).message).toContain('does not fit');
    expect(errorOf(withTypes(put(8, 0xffffffff))).message).toContain('does not fit');
    expect(errorOf(withTypes(put(20, 0))).message).toContain('empty one');
  });

  it('name types that are not there', () => {
    const w = newBtf();
    w.ptr(7);
    expect(wrong(w)).toBe("section '.BTF', byte 0x18: type 1 has type 7 of 2 as its pointee");
  });

  it('contain themselves', () => {
    const w = newBtf();
    const int = w.int('int', 4);
    w.struct('s', 8, [
      { name: 'a', type: int, bits: 0 },
      { name: 'self', type: 3, bits: 0 },
    ]);
    w.typedef('t', 4);
    w.array(2, 1, int);
    expect(wrong(w)).toMatch(/type \d contains itself/);
  });

  it('are nothing but pointers to themselves', () => {
    const w = newBtf();
    w.ptr(2);
    w.const(1);
    expect(wrong(w)).toContain('is named by itself alone');
  });

  it('may point to themselves through a struct', () => {
    const w = newBtf();
    w.ptr(2);
    w.struct('s', 8, [{ name: 'next', type: 1, bits: 0 }]);
    expect(btfOf(w).sizes[2]).toBe(8);
  });

  it('are nested beyond measure', () => {
    const w = newBtf();
    let type = w.int('int', 4);
    for (let i = 0; i < 70; i++) type = w.const(type);
    expect(wrong(w)).toContain('nested more than 64 deep');
  });

  it('are refused soon, however long the chain', () => {
    const w = newBtf();
    for (let i = 0; i < 50_000; i++) w.const(i + 2);
    w.int('int', 4);
    expect(wrong(w)).toContain('nested');
  });

  it.each<[string, (w: BtfWriter, int: number) => unknown, string]>([
    ['an unknown kind', w => w.raw('x', 25, 0, 0), 'BTF kind 25'],
    ['an integer of three bytes', w => w.int('odd', 3), 'an integer of 3 bytes'],
    [
      'a member behind the end',
      (w, int) => w.struct('s', 4, [{ name: 'm', type: int, bits: 8 }]),
      'exceeds its 4 bytes',
    ],
    ['a member without a size', w => w.struct('s', 4, [{ name: 'm', type: 0, bits: 0 }]), 'without a size'],
    [
      'a member inside a byte',
      (w, int) => w.struct('s', 16, [{ name: 'm', type: w.ptr(int), bits: 3 }]),
      'begins inside a byte',
    ],
    [
      'a member of a struct that is a variable',
      (w, int) => w.struct('s', 4, [{ name: 'm', type: w.var('v', int), bits: 0 }]),
      'a var, as its member',
    ],
    ['a function without a prototype', (w, int) => w.func('f', int), 'as its prototype'],
    ['a tag on an integer', (w, int) => w.declTag('t', int), 'as its target'],
    [
      'a tag on a member that is not there',
      (w, int) => w.declTag('t', w.struct('s', 4, [{ name: 'm', type: int, bits: 0 }]), 1),
      'on component 1 of 1',
    ],
    ['a linkage of its own', (w, int) => w.var('v', int, 9), 'linkage 9'],
    ['more members than bytes', w => w.raw('s', 4, 0xffff, 4), 'does not fit'],
    ['a float of five bytes', w => w.float('f', 5), '5 bytes'],
    ['an enum of three bytes', w => w.raw('e', 6, 0, 3), '3 bytes'],
    ['an array of nothing', w => w.array(0, 1, 0), 'as its element'],
  ])('are refused: %s', (_, make, words) => {
    const w = newBtf();
    make(w, w.int('int', 4));
    expect(wrong(w)).toContain(words);
  });

  it('have a moderate number of tags', () => {
    const w = newBtf();
    const s = w.struct('s', 4, [{ name: 'm', type: w.int('int', 4), bits: 0 }]);
    for (let i = 0; i < 65; i++) w.declTag(`t${i}`, s, 0);
    expect(wrong(w)).toContain('more than 64 tags');
  });

  it('have texts that do not all overlap', () => {
    const count = 2000;
    const types = pack(...Array.from({ length: count }, (_, i) => pack([4, 1 + (i % 400)], [4, 7 * 2 ** 24], [4, 0])));
    const texts = pack([1, 0], new Uint8Array(450).fill(65), [1, 0]);
    const head = pack(
      [2, 0xeb9f],
      [1, 1],
      [1, 0],
      [4, 24],
      [4, 0],
      [4, types.length],
      [4, types.length],
      [4, texts.length],
    );
    expect(errorOf(withTypes(pack(head, types, texts))).message).toContain('share their tails');
  });

  it('have names that end', () => {
    const w = newBtf();
    w.int('x'.repeat(600), 4);
    expect(wrong(w)).toContain('does not end within 512 bytes');
    const bytes = newBtf().bytes();
    expect(errorOf(withTypes(pack(bytes.slice(0, bytes.length - 1), Uint8Array.of(1)))).section).toBe('.BTF');
  });
});

describe('questions about types', () => {
  const w = newBtf();
  const int = w.int('int', 4);
  const inner = w.struct('', 8, [
    { name: 'x', type: int, bits: 0 },
    { name: 'y', type: int, bits: 32 },
  ]);
  const outer = w.struct('outer', 16, [
    { name: 'a', type: int, bits: 0 },
    { name: '', type: inner, bits: 64 },
  ]);
  const tagged = w.ptr(w.typeTag('kptr', w.const(w.typeTag('rcu', outer))));
  const alias = w.typedef('alias', w.const(outer));
  w.declTag('one', outer, 0);
  w.declTag('two', outer, 0);
  const btf = btfOf(w);

  it('find members of anonymous structs in the outer one', () => {
    expect(memberNamed(btf, outer, 'y')).toMatchObject({ name: 'y', bitOffset: 96 });
    expect(memberNamed(btf, outer, 'z')).toBeNull();
    expect(memberNamed(btf, int, 'z')).toBeNull();
  });

  it('search a shared anonymous struct once', () => {
    const deep = newBtf();
    let type = deep.int('int', 4);
    for (let i = 0; i < 60; i++)
      type = deep.union('', 4, [
        { name: '', type, bits: 0 },
        { name: '', type, bits: 0 },
      ]);
    expect(memberNamed(btfOf(deep), type, 'x')).toBeNull();
  });

  it('see through typedefs and qualifiers', () => {
    expect(resolve(btf, alias)).toBe(outer);
    expect(resolve(btf, tagged)).toBe(tagged);
    expect(spelling(btf, alias)).toBe('struct outer');
    expect(spelling(btf, tagged)).toBe('struct outer *');
  });

  it('tell tags', () => {
    expect(typeTagsOf(btf, tagged)).toEqual(['kptr', 'rcu']);
    expect(typeTagsOf(btf, outer)).toEqual([]);
    expect(declTagsOf(btf, outer, 0)).toEqual(['one', 'two']);
    expect(declTagsOf(btf, outer)).toEqual([]);
  });
});
