/** Writes small BPF objects byte by byte, so that a test can say exactly what is in one, also what no compiler would make. */

/** One part of a section: numbers of 1, 2, 4 or 8 bytes, or bytes as they are. */
type Part = readonly [size: 1 | 2 | 4 | 8, value: number | bigint] | Uint8Array;

export function pack(...parts: readonly Part[]): Uint8Array {
  const bytes = parts.flatMap(part => {
    if (part instanceof Uint8Array) return [...part];
    const [size, value] = part;
    const bits = BigInt.asUintN(8 * size, BigInt(value));
    return Array.from({ length: size }, (_, i) => Number((bits >> BigInt(8 * i)) & 0xffn));
  });
  return Uint8Array.from(bytes);
}

const utf8 = new TextEncoder();

/** A table of texts that grows as texts are asked for. */
function newTexts(): { at(text: string): number; bytes(): Uint8Array } {
  const offsets = new Map<string, number>([['', 0]]);
  let all = '\0';
  return {
    at(text) {
      const known = offsets.get(text) ?? all.length;
      if (!offsets.has(text)) all += `${text}\0`;
      offsets.set(text, known);
      return known;
    },
    bytes: () => utf8.encode(all),
  };
}

export interface SectionSpec {
  readonly name: string;
  readonly type?: number;
  readonly flags?: number;
  readonly bytes?: Uint8Array;
  /** Of sections without bytes in the file. */
  readonly size?: number;
  readonly relocations?: readonly { readonly offset: number; readonly symbol: string; readonly type: number }[];
}

export interface SymbolSpec {
  readonly name: string;
  /** Name of its section; nothing for what is defined elsewhere. */
  readonly section?: string;
  readonly value?: number;
  readonly size?: number;
  readonly binding?: number;
  readonly type?: number;
  readonly visibility?: number;
}

export const WRITE = 1;
export const ALLOC = 2;
export const EXEC = 4;
export const LOCAL = 0;
export const GLOBAL = 1;
export const NOTYPE = 0;
export const OBJECT = 1;
export const FUNC = 2;
export const SECTION = 3;
export const R_64_64 = 1;
export const R_ABS64 = 2;
export const R_64_32 = 10;

/** Returns a relocatable BPF object; the symbol table comes first among the sections that are not asked for. */
export function elf(sections: readonly SectionSpec[], symbols: readonly SymbolSpec[] = []): Uint8Array {
  const texts = newTexts();
  const numbers = new Map(sections.map((s, i) => [s.name, i + 1]));
  const symbolNumbers = new Map(symbols.map((s, i) => [s.name, i + 1]));
  const symtab = pack(
    new Uint8Array(24),
    ...symbols.flatMap(s => [
      pack(
        [4, texts.at(s.name)],
        [1, ((s.binding ?? GLOBAL) << 4) | (s.type ?? 0)],
        [1, s.visibility ?? 0],
        [2, s.section === undefined ? 0 : (numbers.get(s.section) ?? 0xffff)],
        [8, s.value ?? 0],
        [8, s.size ?? 0],
      ),
    ]),
  );
  const relocated = sections.flatMap((s, i) =>
    s.relocations === undefined ? [] : [{ of: s, index: i + 1, list: s.relocations }],
  );
  const [symtabNumber, strtabNumber] = [sections.length + 1, sections.length + 2];
  const all = [
    ...sections.map(s => ({
      name: s.name,
      type: s.type ?? 1,
      flags: s.flags ?? 0,
      bytes: s.bytes ?? new Uint8Array(),
      size: s.size ?? s.bytes?.length ?? 0,
      link: 0,
      info: 0,
      entry: 0,
    })),
    { name: '.symtab', type: 2, flags: 0, bytes: symtab, size: symtab.length, link: strtabNumber, info: 1, entry: 24 },
    { name: '.strtab', type: 3, flags: 0, bytes: new Uint8Array(), size: 0, link: 0, info: 0, entry: 0 },
    ...relocated.map(({ of, index, list }) => {
      const bytes = pack(
        ...list.map(r => pack([8, r.offset], [4, r.type], [4, symbolNumbers.get(r.symbol) ?? 0xffffff])),
      );
      return {
        name: `.rel${of.name}`,
        type: 9,
        flags: 0,
        bytes,
        size: bytes.length,
        link: symtabNumber,
        info: index,
        entry: 16,
      };
    }),
  ];
  for (const s of all) texts.at(s.name);
  const strings = texts.bytes();
  const placed = all.map(s => (s.name === '.strtab' ? { ...s, bytes: strings, size: strings.length } : s));
  let offset = 64;
  const headers = placed.map(s => {
    const at = offset;
    offset += s.bytes.length;
    return pack(
      [4, texts.at(s.name)], [4, s.type], [8, s.flags], [8, 0], [8, at], [8, s.size],
      [4, s.link], [4, s.info], [8, 8], [8, s.entry],
    ); // prettier-ignore
  });
  const header = pack(
    Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1), new Uint8Array(9),
    [2, 1], [2, 247], [4, 1], [8, 0], [8, 0], [8, offset], [4, 0], [2, 64], [2, 0], [2, 0], [2, 64],
    [2, placed.length + 1], [2, strtabNumber],
  ); // prettier-ignore
  return pack(header, ...placed.map(s => s.bytes), new Uint8Array(64), ...headers);
}

/** One instruction of 8 bytes. */
export const insn = (opcode: number, dst = 0, src = 0, off = 0, imm = 0): Uint8Array =>
  pack([1, opcode], [1, (src << 4) | dst], [2, off], [4, imm]);

export const EXIT = insn(0x95);
/** `r0 = 0; exit` */
export const RETURN_0 = pack(insn(0xb7, 0, 0, 0, 0), EXIT);
export const ldImm64 = (dst: number, low = 0, high = 0, src = 0): Uint8Array =>
  pack(insn(0x18, dst, src, 0, low), insn(0, 0, 0, 0, high));

export interface MemberSpec {
  readonly name: string;
  readonly type: number;
  readonly bits: number;
  /** Width of a bit field: makes the whole struct one with `kind_flag`. */
  readonly width?: number;
}

/** Grows a BTF; every method adds one type and returns its id. */
export function newBtf() {
  const texts = newTexts();
  const types: Uint8Array[] = [];
  const add = (
    name: string,
    kind: number,
    count: number,
    last: number,
    extra: Uint8Array = new Uint8Array(),
    flag = 0,
  ): number =>
    types.push(
      pack([4, texts.at(name)], [4, BigInt(count) + (BigInt(kind) << 24n) + (BigInt(flag) << 31n)], [4, last], extra),
    );
  const members = (list: readonly MemberSpec[]): { bytes: Uint8Array; flag: number } => {
    const flag = list.some(m => m.width !== undefined) ? 1 : 0;
    const bytes = list.map(m => pack([4, texts.at(m.name)], [4, m.type], [4, m.bits + (m.width ?? 0) * 2 ** 24]));
    return { bytes: pack(...bytes), flag };
  };
  const structure =
    (kind: number) =>
    (name: string, size: number, list: readonly MemberSpec[]): number => {
      const { bytes, flag } = members(list);
      return add(name, kind, list.length, size, bytes, flag);
    };
  const of =
    (kind: number) =>
    (type: number, name = ''): number =>
      add(name, kind, 0, type);
  return {
    /** A type as it is said, right or wrong. */
    raw: add,
    text: (text: string): number => texts.at(text),
    int: (name: string, size: number, encoding = 0, bits = size * 8): number =>
      add(name, 1, 0, size, pack([4, encoding * 2 ** 24 + bits])),
    ptr: of(2),
    array: (type: number, length: number, index = type): number =>
      add('', 3, 0, 0, pack([4, type], [4, index], [4, length])),
    struct: structure(4),
    union: structure(5),
    enum: (name: string, values: Readonly<Record<string, number>>, flag = 0): number =>
      add(
        name,
        6,
        Object.keys(values).length,
        4,
        pack(...Object.entries(values).map(([n, v]) => pack([4, texts.at(n)], [4, v]))),
        flag,
      ),
    enum64: (name: string, values: Readonly<Record<string, bigint>>, flag = 0): number =>
      add(
        name,
        19,
        Object.keys(values).length,
        8,
        pack(...Object.entries(values).map(([n, v]) => pack([4, texts.at(n)], [8, v]))),
        flag,
      ),
    fwd: (name: string, isUnion = 0): number => add(name, 7, 0, 0, undefined, isUnion),
    typedef: (name: string, type: number): number => add(name, 8, 0, type),
    volatile: of(9),
    const: of(10),
    restrict: of(11),
    func: (name: string, proto: number, linkage = 1): number => add(name, 12, linkage, proto),
    proto: (returns: number, params: readonly (readonly [string, number])[] = []): number =>
      add('', 13, params.length, returns, pack(...params.map(([n, t]) => pack([4, texts.at(n)], [4, t])))),
    var: (name: string, type: number, linkage = 1): number => add(name, 14, 0, type, pack([4, linkage])),
    datasec: (
      name: string,
      size: number,
      vars: readonly (readonly [type: number, offset: number, size: number])[],
    ): number => add(name, 15, vars.length, size, pack(...vars.map(([t, o, s]) => pack([4, t], [4, o], [4, s])))),
    float: (name: string, size: number): number => add(name, 16, 0, size),
    declTag: (text: string, type: number, component = -1): number => add(text, 17, 0, type, pack([4, component])),
    typeTag: (text: string, type: number): number => add(text, 18, 0, type),
    bytes(): Uint8Array {
      const [all, strings] = [pack(...types), texts.bytes()];
      return pack(
        [2, 0xeb9f],
        [1, 1],
        [1, 0],
        [4, 24],
        [4, 0],
        [4, all.length],
        [4, all.length],
        [4, strings.length],
        all,
        strings,
      );
    },
  };
}

export type BtfWriter = ReturnType<typeof newBtf>;

/** Records of one kind: the section they are about, and each as numbers of 4 bytes. */
export type Records = readonly (readonly [section: string, records: readonly (readonly number[])[]])[];

/** `.BTF.ext`; its texts go to the table of the BTF. */
export function btfExt(btf: BtfWriter, funcs: Records, lines: Records, core: Records = []): Uint8Array {
  const table = (each: number, records: Records): Uint8Array =>
    records.length === 0
      ? new Uint8Array()
      : pack([4, each], ...records.map(([section, list]) =>
          pack([4, btf.text(section)], [4, list.length], ...list.map(r => pack(...r.map(n => [4, n] as const)))))); // prettier-ignore
  const [f, l, c] = [table(8, funcs), table(16, lines), table(16, core)];
  return pack(
    [2, 0xeb9f], [1, 1], [1, 0], [4, 32], [4, 0], [4, f.length], [4, f.length], [4, l.length],
    [4, f.length + l.length], [4, c.length], f, l, c,
  ); // prettier-ignore
}
