import { describe, expect, it } from 'vitest';
import { ALLOC, elf, newBtf, OBJECT, R_64_64, R_ABS64, WRITE, type BtfWriter, type SectionSpec } from './writer.js';
import { errorOf, fixture, objectOf } from './reading.js';

/** One map `m` of these attributes, each 8 bytes; and maps `x` and `y` with a type and nothing else. */
const withMap = (
  attributes: (w: BtfWriter, uint: (n: number) => number, int: number) => Readonly<Record<string, number>>,
  relocations?: SectionSpec['relocations'],
  linkage = 1,
): Uint8Array => {
  const w = newBtf();
  const int = w.int('int', 4, 1);
  const uint = (n: number): number => w.ptr(w.array(int, n));
  const struct = (list: Readonly<Record<string, number>>): number =>
    w.struct(
      '',
      128,
      Object.entries(list).map(([name, type], i) => ({ name, type, bits: 64 * i })),
    );
  const plain = struct({ type: uint(2) });
  const own = struct(attributes(w, uint, int));
  w.datasec('.maps', 0, [
    [w.var('x', plain), 0, 128],
    [w.var('y', plain), 128, 128],
    [w.var('m', own, linkage), 256, 128],
  ]);
  return elf(
    [
      {
        name: '.maps',
        flags: ALLOC | WRITE,
        bytes: new Uint8Array(384),
        ...(relocations === undefined ? {} : { relocations }),
      },
      { name: '.BTF', bytes: w.bytes() },
    ],
    [
      { name: 'x', section: '.maps', type: OBJECT },
      { name: 'y', section: '.maps', type: OBJECT, value: 128 },
    ],
  );
};
const mapOf = (...spec: Parameters<typeof withMap>) => objectOf(withMap(...spec)).maps.find(m => m.name === 'm');
const wrong = (...spec: Parameters<typeof withMap>): string => errorOf(withMap(...spec)).message;

describe('a map', () => {
  it('has what its attributes say', () => {
    const map = mapOf((w, uint, int) => ({
      type: uint(1),
      max_entries: uint(10),
      map_flags: uint(1 + 1024),
      key: w.ptr(int),
      value_size: uint(24),
      pinning: uint(1),
      map_extra: w.enum64('', { VALUE: 1n << 40n }),
      numa_node: uint(0),
    }));
    expect(map).toMatchObject({
      type: 'BPF_MAP_TYPE_HASH',
      maxEntries: 10,
      flags: ['BPF_F_NO_PREALLOC', 'BPF_F_MMAPABLE'],
      keySize: 4,
      valueSize: 24,
      valueType: '24 bytes',
      isPinned: true,
      mapExtra: 1n << 40n,
    });
  });

  it('has a value by the name of its struct, or one of its own', () => {
    const valueType = (make: (w: BtfWriter, int: number) => number): string | undefined =>
      mapOf((w, uint, int) => ({ type: uint(2), value: w.ptr(make(w, int)) }))?.valueType;
    const lock = (w: BtfWriter, int: number): number =>
      w.struct('bpf_spin_lock', 4, [{ name: 'val', type: int, bits: 0 }]);
    const member = (w: BtfWriter, int: number) => [{ name: 'l', type: lock(w, int), bits: 0 }];
    expect(valueType((w, int) => w.struct('v', 4, member(w, int)))).toBe('v');
    expect(valueType((w, int) => w.typedef('t', w.struct('v', 4, member(w, int))))).toBe('v');
    expect(valueType((w, int) => w.struct('', 4, member(w, int)))).toBe('m.value');
    expect(valueType((w, int) => w.typedef('t', lock(w, int)))).toBe('m.value');
    expect(valueType((_, int) => int)).toBe('int');
    expect(valueType((w, int) => w.array(w.ptr(int), 3))).toBe('int *[3]');
  });

  it('has special fields in a struct: a value that is one by itself is plain bytes', () => {
    const { structs, fieldProblems } = objectOf(
      withMap((w, uint, int) => ({
        type: uint(2),
        value: w.ptr(w.ptr(w.typeTag('kptr', w.struct('s', 4, [{ name: 'x', type: int, bits: 0 }])))),
      })),
    );
    expect(structs.find(s => s.name === 'm.value')).toMatchObject({ size: 8, fields: [] });
    expect(fieldProblems).toMatchObject([{ struct: 'm.value', field: 'value', isIgnored: true }]);
  });

  it('of maps has a template and what it begins with', () => {
    const spec: Parameters<typeof withMap>[0] = (w, uint, int) => ({
      type: uint(12),
      key: w.ptr(int),
      values: w.array(w.ptr(w.struct('', 8, [{ name: 'type', type: uint(2), bits: 0 }])), 0),
    });
    const at = (index: number): number => 256 + 16 + 8 * index;
    const object = objectOf(
      withMap(spec, [
        { offset: at(3), symbol: 'x', type: R_ABS64 },
        { offset: at(1), symbol: 'y', type: R_ABS64 },
      ]),
    );
    expect(object.maps.map(m => m.name)).toEqual(['x', 'y', 'm.inner', 'm']);
    expect(object.maps[3]?.inner).toEqual({ template: 'm.inner', initial: [null, 'y', null, 'x'] });
    expect(object.maps[2]).toMatchObject({ isTemplate: true, type: 'BPF_MAP_TYPE_ARRAY' });
    expect(wrong(spec, [{ offset: at(0), symbol: 'x', type: R_64_64 }])).toContain('no map of this object');
    expect(wrong(spec, [{ offset: at(0) + 4, symbol: 'x', type: R_ABS64 }])).toContain('no map of this object');
    expect(wrong(spec, [{ offset: 256, symbol: 'x', type: R_ABS64 }])).toContain('no map of this object');
  });

  it.each<[string, Parameters<typeof withMap>[0], string]>([
    ['no type', (_, uint) => ({ max_entries: uint(1) }), '0 is no map type'],
    ['a type of no kernel', (_, uint) => ({ type: uint(999) }), '999 is no map type'],
    ['an attribute of its own', (_, uint) => ({ type: uint(2), colour: uint(1) }), "unknown attribute 'colour'"],
    ['a type written as a size', (w, uint, int) => ({ type: uint(2), key_size: w.ptr(int) }), 'key_size is no __uint'],
    ['a size written as a type', (_, uint, int) => ({ type: uint(2), value: int }), 'value is no __type'],
    ['a value without a size', (w, uint) => ({ type: uint(2), value: w.ptr(w.fwd('f')) }), 'which has no size'],
    [
      'two sizes',
      (w, uint, int) => ({ type: uint(2), key: w.ptr(int), key_size: uint(8) }),
      'its key has 4 bytes, not 8',
    ],
    ['no inner maps', (_, uint) => ({ type: uint(13) }), 'what its inner maps are'],
    [
      'maps of maps inside',
      (w, uint) => ({
        type: uint(12),
        values: w.array(w.ptr(w.struct('', 8, [{ name: 'type', type: uint(12), bits: 0 }])), 0),
      }),
      'a map of maps inside a map of maps',
    ],
  ])('may be wrong: %s', (_, spec, words) => {
    const error = errorOf(withMap(spec));
    expect(error).toMatchObject({ section: '.maps', offset: 256 });
    expect(error.message).toContain(words);
  });

  it('is global and described', () => {
    expect(wrong((_, uint) => ({ type: uint(2) }), undefined, 0)).toContain("map 'm' is static");
    const bytes = elf([{ name: '.maps', bytes: new Uint8Array(8) }]);
    expect(errorOf(bytes).message).toContain('do not describe');
  });
});

describe('maps of a real object', () => {
  const { maps, structs, externs, programs } = objectOf(fixture('maps'));
  const named = (name: string) => maps.find(m => m.name === name);

  it('are all there', () => {
    expect(maps.map(m => m.name)).toEqual([
      'one', 'other', 'outer.inner', 'outer', 'hash', 'sizes', 'anonymous', '.data', '.rodata', '.bss', '.data.A',
    ]); // prettier-ignore
    expect(named('hash')).toMatchObject({ maxEntries: 64, keySize: 8, isPinned: true, valueType: 'val' });
    expect(named('sizes')).toMatchObject({ valueSize: 12, mapExtra: 5n, flags: ['BPF_F_MMAPABLE'] });
    expect(named('anonymous')).toMatchObject({ valueType: 'anonymous.value', valueSize: 8 });
    expect(named('outer')?.inner).toEqual({ template: 'outer.inner', initial: ['one', null, 'other'] });
  });

  it('are data sections too, with static and hidden variables', () => {
    expect(named('.bss')).toMatchObject({ bytes: null, valueSize: 8, mapFlags: 1024 });
    expect(named('.rodata')).toMatchObject({ bytes: Uint8Array.of(9, 0, 0, 0), mapFlags: 128 + 1024 });
    expect(named('.data')?.section?.vars).toEqual([
      { name: 'set_global', offset: 0, size: 4, isStatic: false, isHidden: false },
      { name: 'hidden', offset: 8, size: 8, isStatic: false, isHidden: true },
      { name: 'set_static', offset: 16, size: 8, isStatic: true, isHidden: false },
    ]);
    // hidden variables alone: user space gets no window into them
    expect(named('.data.A')).toMatchObject({ mapFlags: 0, valueType: '.data.A' });
    expect(structs.find(s => s.name === '.data.A')?.fields).toMatchObject([
      { kind: 'bpf_spin_lock', name: 'lock', offset: 0 },
    ]);
  });

  it('are what instructions point at', () => {
    const targets = programs.flatMap(p =>
      p.instructions.flatMap(({ does }) => (does.op === 'ld_imm64' && does.target !== null ? [does.target] : [])),
    );
    expect(targets).toContainEqual({ to: 'map', map: 'hash' });
    expect(targets).toContainEqual({ to: 'data', map: '.data', offset: 16 });
    expect(targets).toContainEqual({ to: 'extern', name: 'CONFIG_HZ' });
    expect(externs.map(e => [e.name, e.section, e.kind])).toEqual([
      ['CONFIG_HZ', '.kconfig', 'var'],
      ['bpf_prog_active', '.ksyms', 'var'],
    ]);
  });
});
