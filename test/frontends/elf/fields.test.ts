import { describe, expect, it } from 'vitest';
import type { BpfObject } from '../../../frontends/elf/object.js';
import { elf, newBtf, type BtfWriter, type MemberSpec } from './writer.js';
import { errorOf, fixture, objectOf } from './reading.js';

/** Ids of an integer and of the special structs, with the sizes that Linux 6.12 gives them. */
const kernelTypes = (w: BtfWriter) => {
  const int = w.int('int', 4);
  const special = (name: string, size: number): number => w.struct(name, size, []);
  return {
    int,
    lock: special('bpf_spin_lock', 4),
    resLock: special('bpf_res_spin_lock', 4),
    head: special('bpf_list_head', 16),
    node: special('bpf_list_node', 24),
    root: special('bpf_rb_root', 16),
    rbNode: special('bpf_rb_node', 32),
    refcount: special('bpf_refcount', 4),
    timer: special('bpf_timer', 16),
    wq: special('bpf_wq', 16),
  };
};
type Ids = ReturnType<typeof kernelTypes>;

const objectWith = (make: (w: BtfWriter, t: Ids) => unknown): Uint8Array => {
  const w = newBtf();
  make(w, kernelTypes(w));
  return elf([{ name: '.BTF', bytes: w.bytes() }]);
};
const read = (make: (w: BtfWriter, t: Ids) => unknown): BpfObject => objectOf(objectWith(make));
const fieldsOf = (object: BpfObject, struct = 's') =>
  object.structs.find(s => s.name === struct)?.fields.map(f => [f.kind, f.name, f.offset]);
const member = (name: string, type: number, byte: number): MemberSpec => ({ name, type, bits: byte * 8 });

describe('special fields', () => {
  it('are those of the kernel, wherever they lie', () => {
    const object = read((w, t) => {
      const inner = w.struct('inner', 24, [member('pad', t.int, 0), member('head', t.head, 8)]);
      const anonymous = w.struct('', 8, [member('other', t.resLock, 0), member('ref', t.refcount, 4)]);
      w.struct('s', 400, [
        member('lock', t.lock, 0),
        member('', anonymous, 8),
        member('two', w.array(inner, 2), 16),
        member('grid', w.array(w.array(t.root, 2), 2), 64),
        member('node', t.node, 128),
        member('rb', t.rbNode, 152),
        member('timer', t.timer, 184),
        member('wq', t.wq, 200),
      ]);
    });
    expect(fieldsOf(object)).toEqual([
      ['bpf_spin_lock', 'lock', 0],
      ['bpf_res_spin_lock', 'other', 8],
      ['bpf_refcount', 'ref', 12],
      ['bpf_list_head', 'two[0].head', 24],
      ['bpf_list_head', 'two[1].head', 48],
      ['bpf_rb_root', 'grid[0][0]', 64],
      ['bpf_rb_root', 'grid[0][1]', 80],
      ['bpf_rb_root', 'grid[1][0]', 96],
      ['bpf_rb_root', 'grid[1][1]', 112],
      ['bpf_list_node', 'node', 128],
      ['bpf_rb_node', 'rb', 152],
      ['bpf_timer', 'timer', 184],
      ['bpf_wq', 'wq', 200],
    ]);
  });

  it('are pointers with a tag', () => {
    const object = read((w, t) => {
      const node = w.struct('node', 8, [member('x', t.int, 0)]);
      const kptr = (tag: string, to: number): number => w.ptr(w.typeTag(tag, to));
      w.struct('s', 48, [
        member('owned', kptr('kptr', node), 0),
        member('seen', kptr('kptr_untrusted', w.fwd('task_struct')), 8),
        member('percpu', kptr('percpu_kptr', w.const(node)), 16),
        member('user', w.ptr(w.typeTag('user', node)), 24),
        member('plain', w.ptr(node), 32),
        member('volatile', w.volatile(kptr('kptr', node)), 40),
      ]);
    });
    const fields = object.structs.find(s => s.name === 's')?.fields ?? [];
    expect(fields.map(f => [f.name, f.kptr?.tag, f.pointee])).toEqual([
      ['owned', 'kptr', 'node'],
      ['seen', 'kptr_untrusted', 'task_struct'],
      ['percpu', 'percpu_kptr', 'node'],
      ['volatile', 'kptr', 'node'],
    ]);
    expect(object.structNames.get(fields[0]?.kptr?.typeId ?? 0)).toBe('node');
  });

  it('have their annotations', () => {
    const object = read((w, t) => {
      w.struct('node', 24, [member('link', t.node, 0)]);
      const s = w.struct('s', 40, [member('lock', t.lock, 0), member('head', t.head, 8), member('old', t.head, 24)]);
      w.declTag('contains:node:link', s, 1);
      w.declTag('guarded_by:lock', s, 1);
      w.declTag('contains:struct:node:link', s, 2);
    });
    expect(object.fieldProblems).toEqual([]);
    expect(object.structs.find(s => s.name === 's')?.fields).toMatchObject([
      { name: 'lock' },
      { name: 'head', contains: { type: 'node', node: 'link' }, guardedBy: 'lock' },
      { name: 'old', contains: { type: 'node', node: 'link' } },
    ]);
  });

  it.each<[string, (w: BtfWriter, t: Ids) => unknown, string, boolean]>([
    [
      'not aligned',
      (w, t) => w.struct('s', 32, [member('f', t.head, 4)]),
      'a bpf_list_head at byte 4 is not aligned',
      true,
    ],
    ['behind a typedef', (w, t) => w.struct('s', 4, [member('f', w.typedef('t', t.lock), 0)]), 'in a typedef', true],
    [
      'in a union',
      (w, t) => w.struct('s', 8, [member('f', w.union('u', 4, [member('l', t.lock, 0)]), 0)]),
      'in a union',
      true,
    ],
    ['without contains', (w, t) => w.struct('s', 16, [member('f', t.head, 0)]), "0 'contains:' tags", false],
    [
      'of an unknown struct',
      (w, t) => w.declTag('contains:x:y', w.struct('s', 16, [member('f', t.root, 0)]), 0),
      'struct x',
      false,
    ],
    [
      'of an unknown member',
      (w, t) => w.declTag('contains:s:y', w.struct('s', 16, [member('f', t.root, 0)]), 0),
      'no member y',
      false,
    ],
    [
      'of a member with a colon',
      (w, t) => w.declTag('contains:s:f:g', w.struct('s', 16, [member('f', t.root, 0)]), 0),
      'no member f:g',
      false,
    ],
    [
      'of a struct alone',
      (w, t) => w.declTag('contains:s', w.struct('s', 16, [member('f', t.root, 0)]), 0),
      'names no member',
      false,
    ],
    [
      'of another kind of node',
      (w, t) => w.declTag('contains:s:f', w.struct('s', 16, [member('f', t.root, 0)]), 0),
      'no bpf_rb_node',
      false,
    ],
  ])('may be nothing to the kernel: %s', (_, make, words, isIgnored) => {
    const object = read(make);
    const [problem] = object.fieldProblems;
    expect(problem).toMatchObject({ struct: 's', field: 'f', isIgnored });
    expect(problem?.message).toContain(words);
    expect(fieldsOf(object)).toHaveLength(isIgnored ? 0 : 1);
  });

  it('are no structs of the same name and another size', () => {
    const w = newBtf();
    const lock = w.struct('bpf_spin_lock', 64, []);
    w.struct('s', 64, [member('l', lock, 0)]);
    expect(fieldsOf(objectOf(elf([{ name: '.BTF', bytes: w.bytes() }])))).toEqual([]);
  });

  it('are counted before they are listed', () => {
    const bytes = objectWith((w, t) => w.struct('s', 4_000_000_000, [member('f', w.array(t.head, 250_000_000), 0)]));
    expect(errorOf(bytes)).toMatchObject({ kind: 'unsupported', section: '.BTF' });
  });

  it('are found in shared structs without going through them again and again', () => {
    const object = read((w, t) => {
      let type = t.int;
      for (let i = 0; i < 60; i++) type = w.union(`u${i}`, 4, [member('a', type, 0), member('b', type, 0)]);
      w.struct('s', 8, [member('u', type, 0), member('lock', t.lock, 4)]);
    });
    expect(fieldsOf(object)).toEqual([['bpf_spin_lock', 'lock', 4]]);
  });
});

describe('structs', () => {
  it('of one name are told apart', () => {
    const object = read((w, t) => {
      w.struct('s', 4, [member('lock', t.lock, 0)]);
      w.struct('s', 8, [member('x', t.int, 0)]);
    });
    expect(object.structs.map(s => [s.name, s.size])).toEqual([
      ['s', 4],
      ['s#12', 8],
    ]);
  });
});

describe('fields of a real object', () => {
  const object = objectOf(fixture('fields'));

  it('are those of the source', () => {
    expect(fieldsOf(object, 'value')).toEqual([
      ['bpf_spin_lock', 'lock', 0],
      ['bpf_list_head', 'in.deep.head', 16],
      ['bpf_list_head', 'many[0]', 32],
      ['bpf_list_head', 'many[1]', 48],
      ['bpf_rb_root', 'root', 64],
      // clang 14 has no type tags in BTF: the two kptrs at 80 and 88 are plain pointers
      ['bpf_timer', 'timer', 96],
    ]);
    expect(fieldsOf(object, 'elem')).toEqual([
      ['bpf_list_node', 'list', 8],
      ['bpf_rb_node', 'rb', 32],
      ['bpf_refcount', 'ref', 64],
    ]);
    expect(fieldsOf(object, '.data.A')).toEqual([
      ['bpf_spin_lock', 'glock', 0],
      ['bpf_list_head', 'ghead', 8],
    ]);
  });

  it('may be as no kernel wants them', () => {
    expect(object.fieldProblems.map(p => [p.struct, p.field, p.isIgnored])).toEqual([
      ['value', '', true],
      ['value', 'by_typedef', true],
      ['.data.A', 'ghead', false],
    ]);
  });
});
