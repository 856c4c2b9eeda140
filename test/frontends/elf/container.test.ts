import { describe, expect, it } from 'vitest';
import { ALLOC, elf, EXEC, FUNC, GLOBAL, LOCAL, NOTYPE, pack, R_64_32, RETURN_0 } from './writer.js';
import { errorOf, fixture, objectOf } from './reading.js';

const program = { name: 'tc', flags: ALLOC | EXEC, bytes: RETURN_0 };
const symbol = { name: 'main', section: 'tc', type: FUNC, size: RETURN_0.length };
const good = (): Uint8Array => elf([program], [symbol]);
const patched = (offset: number, ...bytes: number[]): Uint8Array => {
  const result = good();
  result.set(bytes, offset);
  return result;
};

describe('the container', () => {
  it('is read if all is well', () => {
    const [only] = objectOf(good()).programs;
    expect(only).toMatchObject({ name: 'main', section: 'tc', type: 'BPF_PROG_TYPE_SCHED_CLS', isGlobal: true });
    expect(only?.instructions.map(i => i.does.op)).toEqual(['alu', 'exit']);
  });

  it.each([
    ['no ELF file', patched(0, 0), 0, 'no ELF file'],
    ['32 bits', patched(4, 1), 4, '64-bit'],
    ['big-endian', patched(5, 2), 5, 'little-endian'],
    ['another version', patched(6, 2), 6, 'version'],
    ['an executable', patched(16, 2), 16, 'relocatable'],
    ['x86-64', patched(18, 62), 18, 'machine 62'],
    ['no sections', patched(60, 0, 0), 60, 'no sections'],
    ['more section headers than bytes', patched(60, 0xff, 0xff), 40, 'do not fit'],
    ['section headers far away', patched(40, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f), 40, 'no offset'],
    ['no names of sections', patched(62, 99), 62, 'section 99'],
    ['an empty file', new Uint8Array(), 0, 'too few'],
  ])('names what is wrong: %s', (_, bytes, offset, words) => {
    const error = errorOf(bytes);
    expect(error).toMatchObject({ section: '', offset });
    expect(error.message).toContain(words);
    expect(error.message).toMatch(/^file, byte 0x[0-9a-f]+: /);
  });

  it('has sections that lie beside one another', () => {
    const bytes = good();
    const view = new DataView(bytes.buffer);
    const headers = Number(view.getBigUint64(40, true));
    // the symbol table becomes as large as the file
    view.setBigUint64(headers + 2 * 64 + 24, 0n, true);
    view.setBigUint64(headers + 2 * 64 + 32, BigInt(bytes.length), true);
    expect(errorOf(bytes).message).toContain('overlaps');
  });

  it('has a symbol table', () => {
    const bytes = good();
    const view = new DataView(bytes.buffer);
    view.setUint32(Number(view.getBigUint64(40, true)) + 2 * 64 + 4, 1, true);
    expect(errorOf(bytes).message).toContain('stripped');
  });

  it('has symbols in sections that there are', () => {
    expect(errorOf(elf([program], [{ ...symbol, section: 'nowhere' }]))).toMatchObject({
      section: '.symtab',
      offset: 30,
    });
  });

  it('has relocations inside their section, of symbols and types that there are', () => {
    const relocated = (offset: number, name: string, type: number): Uint8Array =>
      elf([{ ...program, relocations: [{ offset, symbol: name, type }] }], [symbol]);
    expect(errorOf(relocated(16, 'main', R_64_32)).message).toBe(
      "section '.reltc', byte 0x0: it relocates byte 16 of section 'tc', which has 16",
    );
    expect(errorOf(relocated(0, 'nobody', R_64_32)).message).toContain('names symbol');
    expect(errorOf(relocated(0, 'main', 5)).message).toContain('relocation type 5');
  });
});

describe('functions of a section', () => {
  const two = pack(RETURN_0, RETURN_0);

  it('may be several programs, in the order of their places', () => {
    const object = objectOf(
      elf(
        [{ ...program, bytes: two }],
        [
          { ...symbol, name: 'second', value: 16 },
          { ...symbol, name: 'first' },
        ],
      ),
    );
    expect(object.programs.map(p => [p.name, p.offset])).toEqual([
      ['first', 0],
      ['second', 16],
    ]);
  });

  it.each([
    ['that overlap', [symbol, { ...symbol, name: 'other', value: 8, size: 8 }], 'overlaps'],
    ['that leave the section', [{ ...symbol, size: 64 }], 'does not fit'],
    ['that begin inside an instruction', [{ ...symbol, value: 4, size: 8 }], 'does not consist'],
    ['without instructions', [{ ...symbol, size: 0 }], 'does not consist'],
    ['that are static', [{ ...symbol, binding: LOCAL }], 'static'],
  ])('are refused: functions %s', (_, symbols, words) => {
    const error = errorOf(elf([{ ...program, bytes: two }], symbols));
    expect(error.section).toBe('tc');
    expect(error.message).toContain(words);
  });

  it('are subprograms in .text; hidden ones are static to the verifier', () => {
    const text = { name: '.text', flags: ALLOC | EXEC, bytes: pack(two, RETURN_0) };
    const at = (name: string, value: number, more = {}) => ({ ...symbol, name, section: '.text', value, ...more });
    const object = objectOf(elf([text], [at('a', 0), at('b', 16, { visibility: 2 }), at('c', 32, { binding: LOCAL })]));
    expect(object.programs).toEqual([]);
    expect(object.subprograms.map(f => [f.name, f.isGlobal])).toEqual([
      ['a', true],
      ['b', false],
      ['c', false],
    ]);
  });

  it('have a SEC name that libbpf knows', () => {
    const named = (name: string): Uint8Array => elf([{ ...program, name }], [{ ...symbol, section: name }]);
    expect(errorOf(named('enqueue')).message).toBe(
      "section 'enqueue', byte 0x0: no program type has the SEC name 'enqueue'; libbpf could not load its programs",
    );
    expect(objectOf(named('?lsm.s/file_open')).programs[0]).toMatchObject({
      secName: 'lsm.s/file_open',
      autoload: false,
      sleepable: true,
      type: 'BPF_PROG_TYPE_LSM',
    });
  });
});

describe('an extern', () => {
  it('has a type', () => {
    const error = errorOf(elf([program], [symbol, { name: 'kfunc', type: NOTYPE, binding: GLOBAL }]));
    expect(error.message).toBe("section '.symtab', byte 0x30: extern 'kfunc' has no type");
  });
});

describe('maps from before BTF', () => {
  it('are unsupported', () => {
    expect(errorOf(elf([{ name: 'maps', bytes: new Uint8Array(20) }]))).toMatchObject({
      kind: 'unsupported',
      section: 'maps',
    });
  });
});

describe('text from the file', () => {
  it('never breaks the line of a message', () => {
    const name = 'a\nb\u2028\u001b[31m';
    const error = errorOf(elf([{ ...program, name }], [{ ...symbol, section: name }]));
    expect(error.message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
  });
});

describe('a real object', () => {
  it('is not changed by being read', () => {
    const bytes = fixture('maps');
    const before = bytes.slice();
    objectOf(bytes);
    expect(bytes).toEqual(before);
  });
});
