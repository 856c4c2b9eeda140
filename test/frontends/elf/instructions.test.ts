import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../frontends/elf/operation.js';
import {
  ALLOC, btfExt, elf, EXEC, EXIT, FUNC, insn, ldImm64, LOCAL, newBtf, OBJECT, pack, R_64_32, R_64_64, R_ABS64, RETURN_0,
  SECTION, WRITE, type BtfWriter, type Records, type SectionSpec, type SymbolSpec,
} from './writer.js'; // prettier-ignore
import { errorOf, objectOf } from './reading.js';

const CALL = 0x85;
const call = insn(CALL, 0, 1, 0, -1);

interface Spec {
  readonly code: readonly Uint8Array[];
  readonly relocations?: SectionSpec['relocations'];
  readonly text?: Uint8Array;
  readonly textRelocations?: SectionSpec['relocations'];
  readonly symbols?: readonly SymbolSpec[];
  readonly btf?: (w: BtfWriter) => void;
  readonly sections?: readonly SectionSpec[];
}

/** A program `main` in section tc, a map, a data section, and functions `f` and `g` in .text. */
const object = ({ code, relocations, text, textRelocations, symbols, btf, sections }: Spec): Uint8Array => {
  const w = newBtf();
  const int = w.int('int', 4);
  const attribute = (name: string, value: number, i: number) => ({
    name,
    type: w.ptr(w.array(int, value)),
    bits: 64 * i,
  });
  const map = w.struct('', 16, [attribute('type', 2, 0), attribute('max_entries', 1, 1)]);
  w.datasec('.maps', 0, [
    [w.var('first', map), 0, 16],
    [w.var('second', map), 16, 16],
  ]);
  w.datasec('.data', 8, [
    [w.var('word', int), 0, 4],
    [w.var('other', int), 4, 4],
  ]);
  const kfunc = w.func('kfunc', w.proto(int), 2);
  const kvar = w.var('kvar', int, 2);
  w.datasec('.ksyms', 0, [
    [kfunc, 0, 0],
    [kvar, 0, 4],
  ]);
  btf?.(w);
  const bytes = pack(...code);
  const more = (list: SectionSpec['relocations']) => (list === undefined ? {} : { relocations: list });
  return elf(
    [
      { name: 'tc', flags: ALLOC | EXEC, bytes, ...more(relocations) },
      { name: '.text', flags: ALLOC | EXEC, bytes: text ?? pack(RETURN_0, RETURN_0), ...more(textRelocations) },
      { name: '.maps', flags: ALLOC | WRITE, bytes: new Uint8Array(32) },
      { name: '.data', flags: ALLOC | WRITE, bytes: new Uint8Array(8) },
      { name: '.BTF', bytes: w.bytes() },
      ...(sections ?? []),
    ],
    [
      { name: 'main', section: 'tc', type: FUNC, size: bytes.length },
      { name: 'f', section: '.text', type: FUNC, size: 16 },
      { name: 'g', section: '.text', type: FUNC, size: 16, value: 16, binding: LOCAL },
      { name: 'of .text', section: '.text', type: SECTION, binding: LOCAL },
      { name: 'of .data', section: '.data', type: SECTION, binding: LOCAL },
      { name: 'first', section: '.maps', type: OBJECT, size: 16 },
      { name: 'second', section: '.maps', type: OBJECT, size: 16, value: 16 },
      { name: 'word', section: '.data', type: OBJECT, size: 4 },
      { name: 'other', section: '.data', type: OBJECT, size: 4, value: 4 },
      { name: 'kfunc' },
      { name: 'kvar' },
      ...(symbols ?? []),
    ],
  );
};
const operations = (spec: Spec): readonly Operation[] =>
  objectOf(object(spec)).programs.flatMap(p => p.instructions.map(i => i.does));
const wrong = (spec: Spec): string => errorOf(object(spec)).message;
const address = (symbol: string, low = 0, type = R_64_64): Spec => ({
  code: [ldImm64(1, low), RETURN_0],
  relocations: [{ offset: 0, symbol, type }],
});
const target = (spec: Spec): unknown => {
  const [first] = operations(spec);
  return first?.op === 'ld_imm64' ? first.target : undefined;
};
const calling = (symbol: string, code: Uint8Array = call, type = R_64_32): Spec => ({
  code: [code, EXIT],
  relocations: [{ offset: 0, symbol, type }],
});
const callee = (spec: Spec): unknown => {
  const [first] = operations(spec);
  return first?.op === 'call' ? first.callee : undefined;
};

describe('an address', () => {
  it('is a map by its place', () => {
    expect(target(address('first'))).toEqual({ to: 'map', map: 'first' });
    expect(target(address('second'))).toEqual({ to: 'map', map: 'second' });
    expect(wrong(address('first', 4))).toContain('where no map begins');
  });

  it('is a byte of a data section, through a variable or through the section', () => {
    expect(target(address('other'))).toEqual({ to: 'data', map: '.data', offset: 4 });
    expect(target(address('other', 3))).toEqual({ to: 'data', map: '.data', offset: 7 });
    expect(target(address('of .data', 4))).toEqual({ to: 'data', map: '.data', offset: 4 });
    expect(wrong(address('other', 4))).toBe(
      "section 'tc', byte 0x0: the address of byte 8 of section '.data', which has 8",
    );
    expect(wrong(address('word', -1))).toContain('byte -1');
  });

  it('is a function of .text', () => {
    expect(target(address('f'))).toEqual({ to: 'function', name: 'f' });
    expect(target(address('of .text', 16))).toEqual({ to: 'function', name: 'g' });
    expect(wrong(address('of .text', 8))).toContain('where no function begins');
    expect(wrong({ code: [ldImm64(1, 0, 0, 4), RETURN_0] })).toContain('without a relocation');
  });

  it('is what the kernel provides', () => {
    expect(target(address('kvar'))).toEqual({ to: 'extern', name: 'kvar' });
    expect(target(address('kfunc'))).toEqual({ to: 'extern', name: 'kfunc' });
  });

  it('is found in whatever order the relocations stand', () => {
    const targets = operations({
      code: [ldImm64(1), ldImm64(2), RETURN_0],
      relocations: [
        { offset: 16, symbol: 'second', type: R_64_64 },
        { offset: 0, symbol: 'first', type: R_64_64 },
      ],
    }).flatMap(does => (does.op === 'ld_imm64' ? [does.target] : []));
    expect(targets).toEqual([
      { to: 'map', map: 'first' },
      { to: 'map', map: 'second' },
    ]);
  });

  it('is nothing else', () => {
    expect(wrong(address('main'))).toContain('in no data section');
    expect(wrong(address('first', 0, R_ABS64))).toContain('R_BPF_64_ABS64');
    expect(wrong({ ...address('first'), code: [insn(0xb7), RETURN_0] })).toContain('no place for it');
    expect(wrong({ ...address('first'), relocations: [{ offset: 8, symbol: 'first', type: 1 }] })).toBe(
      "section 'tc', byte 0x8: a relocation inside an instruction",
    );
    const twice = { offset: 0, symbol: 'first', type: 1 };
    expect(wrong({ ...address('first'), relocations: [twice, twice] })).toContain('two relocations');
  });
});

describe('a call', () => {
  it('is of a helper by number', () => {
    expect(callee({ code: [insn(CALL, 0, 0, 0, 93), EXIT] })).toEqual({ kind: 'helper', id: 93 });
  });

  it('is of a kernel function by name', () => {
    expect(callee(calling('kfunc'))).toEqual({ kind: 'kfunc', name: 'kfunc' });
    expect(wrong(calling('kvar'))).toContain('no function');
    expect(wrong({ code: [insn(CALL, 0, 2, 0, 3), EXIT] })).toContain('not named');
  });

  it('is of a subprogram, through its symbol or through the section', () => {
    expect(callee(calling('f'))).toEqual({ kind: 'subprogram', name: 'f' });
    expect(callee(calling('g'))).toEqual({ kind: 'subprogram', name: 'g' });
    expect(callee(calling('of .text', insn(CALL, 0, 1, 0, 1)))).toEqual({ kind: 'subprogram', name: 'g' });
    expect(wrong(calling('of .text', insn(CALL, 0, 1, 0, 0)))).toContain('byte 8, where no function begins');
  });

  it('without a relocation stays inside .text', () => {
    const text = pack(insn(CALL, 0, 1, 0, 1), EXIT, RETURN_0);
    const { subprograms } = objectOf(object({ code: [RETURN_0], text }));
    expect(subprograms[0]?.instructions[0]?.does).toEqual({ op: 'call', callee: { kind: 'subprogram', name: 'g' } });
    expect(wrong({ code: [insn(CALL, 0, 1, 0, 0), EXIT] })).toContain('its own section');
  });

  it('belongs to its function, in whatever order the relocations stand', () => {
    const textRelocations = [
      { offset: 16, symbol: 'kfunc', type: R_64_32 },
      { offset: 0, symbol: 'g', type: R_64_32 },
    ];
    const { subprograms } = objectOf(object({ code: [RETURN_0], text: pack(call, EXIT, call, EXIT), textRelocations }));
    expect(subprograms.map(f => f.instructions[0]?.does)).toEqual([
      { op: 'call', callee: { kind: 'subprogram', name: 'g' } },
      { op: 'call', callee: { kind: 'kfunc', name: 'kfunc' } },
    ]);
  });

  it('is of a register, which no kernel takes', () => {
    expect(callee({ code: [insn(0x8d, 3), EXIT] })).toEqual({ kind: 'register', register: 3 });
  });

  it('is relocated as calls are', () => {
    expect(wrong(calling('main'))).toContain('callees in .text');
    expect(wrong(calling('f', insn(CALL, 0, 0, 0, 1)))).toContain('another kind');
    expect(wrong(calling('f', call, R_64_64))).toContain('R_BPF_64_64');
  });
});

describe('control', () => {
  const branch = (off: number): Uint8Array => insn(0x15, 1, 0, off, 0);

  it('goes to instructions of the function', () => {
    expect(operations({ code: [branch(3), ldImm64(2), insn(0x05, 0, 0, 0), RETURN_0] })[0]).toMatchObject({ to: 4 });
  });

  it.each([
    ['before the function', [branch(-2), RETURN_0], 'a jump from slot 0 to slot -1, out of the function'],
    ['behind the function', [branch(2), RETURN_0], 'a jump from slot 0 to slot 3, out of the function'],
    ['into an instruction', [branch(1), ldImm64(2), RETURN_0], 'into the middle of the instruction at slot 1'],
    ['past the end', [RETURN_0, insn(0xb7)], 'past the end'],
    ['past the end of a call', [call, insn(CALL, 0, 0, 0, 5)], 'past the end'],
  ])('does not go %s', (_, code, words) => {
    const spec: Spec = code[0] === call ? { ...calling('f'), code } : { code };
    expect(wrong(spec)).toContain(words);
  });

  it('may go past the end by a branch that is the last instruction only if it always jumps', () => {
    expect(wrong({ code: [RETURN_0, branch(-1)] })).toContain('past the end');
    expect(operations({ code: [RETURN_0, insn(0x05, 0, 0, -2)] }).at(-1)).toEqual({ op: 'jump', to: 1 });
  });
});

describe('what .BTF.ext says', () => {
  const info = (funcs: Records, lines: Records, core: Records, code: readonly Uint8Array[]): Uint8Array => {
    const w = newBtf();
    const int = w.int('int', 4);
    const func = w.func('main', w.proto(int));
    w.declTag('exception_callback:f', func);
    w.struct('s', 4, [{ name: 'x', type: int, bits: 0 }]);
    const [file, line, access] = [w.text('dir/a.bpf.c'), w.text('\treturn 0;'), w.text('0:1')];
    const said = (list: Records): Records =>
      list.map(([section, records]) => [
        section,
        records.map(r => r.map(n => (n === FILE ? file : n === LINE ? line : n === ACCESS ? access : n))),
      ]);
    const ext = btfExt(w, said(funcs), said(lines), said(core));
    const bytes = pack(...code);
    return elf(
      [
        { name: 'tc', flags: ALLOC | EXEC, bytes },
        { name: '.BTF', bytes: w.bytes() },
        { name: '.BTF.ext', bytes: ext },
      ],
      [{ name: 'main', section: 'tc', type: FUNC, size: bytes.length }],
    );
  };
  // numbers that stand for texts, which get their places later
  const [FILE, LINE, ACCESS] = [1e9 + 1, 1e9 + 2, 1e9 + 3];
  const at = (line: number, column: number): number => line * 1024 + column;
  const code = [ldImm64(1, 99), insn(0xb7, 0, 0, 0, 1), EXIT];

  it('is the function and the lines', () => {
    const [main] = objectOf(
      info(
        [['tc', [[0, 3]]]],
        [
          [
            'tc',
            [
              [16, FILE, LINE, at(7, 2)],
              [0, FILE, LINE, at(0, 0)],
            ],
          ],
        ],
        [],
        code,
      ),
    ).programs;
    expect(main).toMatchObject({ typeId: 3, tags: ['exception_callback:f'], at: null });
    expect(main?.instructions.map(i => i.at)).toEqual([
      null,
      { file: 'dir/a.bpf.c', line: 7, column: 2, text: 'return 0;' },
      { file: 'dir/a.bpf.c', line: 7, column: 2, text: 'return 0;' },
    ]);
  });

  it('is in whatever order the lines stand', () => {
    const lines: Records = [
      [
        'tc',
        [
          [24, FILE, LINE, at(9, 1)],
          [0, FILE, LINE, at(3, 1)],
          [16, FILE, LINE, at(5, 1)],
        ],
      ],
    ];
    const [main] = objectOf(info([], lines, [], code)).programs;
    expect(main?.instructions.map(i => i.at?.line)).toEqual([3, 5, 9]);
  });

  it('is CO-RE: a local type id is put in, all else is left to whoever knows the kernel', () => {
    const core = (kind: number): Records => [['tc', [[0, 5, ACCESS, kind]]]];
    const [local] = objectOf(info([], [], core(6), code)).programs;
    expect(local?.instructions[0]).toMatchObject({
      does: { value: 5n },
      core: { kind: 'BPF_CORE_TYPE_ID_LOCAL', typeId: 5, access: '0:1' },
    });
    const [size] = objectOf(info([], [], core(9), code)).programs;
    expect(size?.instructions[0]).toMatchObject({ does: { value: 99n }, core: { kind: 'BPF_CORE_TYPE_SIZE' } });
    expect(errorOf(info([], [], core(13), code)).message).toContain('kind 13');
    expect(errorOf(info([], [], [['tc', [[24, 5, ACCESS, 6]]]], code)).message).toContain('without a constant');
  });

  it.each<[string, Records, Records, string]>([
    ['a type that is not there', [['tc', [[0, 99]]]], [], 'type 99 of'],
    ['a type that is no function', [['tc', [[0, 1]]]], [], 'no function'],
    ['no records', [['tc', []]], [], 'no record'],
    ['records that are too short', [['tc', [[0]]]], [], 'does not fit'],
    ['a text that is not there', [], [['tc', [[0, 5_000_000, LINE, at(1, 1)]]]], 'outside'],
  ])('may be wrong: %s', (_, funcs, lines, words) => {
    expect(errorOf(info(funcs, lines, [], code))).toMatchObject({ section: '.BTF.ext' });
    expect(errorOf(info(funcs, lines, [], code)).message).toContain(words);
  });
});
