/** The ELF container: sections, symbols and relocations of a 64-bit little-endian relocatable file for BPF (gABI; EM_BPF). */
import { bytesOf, quote, type Bytes } from './bytes.js';
import { textsOf } from './texts.js';

export interface Section {
  readonly index: number;
  readonly name: string;
  readonly type: number;
  readonly isAllocated: boolean;
  readonly isWritable: boolean;
  readonly isExecutable: boolean;
  readonly size: number;
  /** Empty for sections without bytes in the file, such as `.bss`. */
  readonly bytes: Bytes;
}

export interface ElfSymbol {
  readonly index: number;
  readonly name: string;
  readonly value: number;
  readonly size: number;
  readonly binding: 'local' | 'global' | 'weak' | 'other';
  readonly type: 'none' | 'object' | 'func' | 'section' | 'other';
  /** STV_HIDDEN or STV_INTERNAL. */
  readonly isHidden: boolean;
  /** Index of its section; 0 if it is defined elsewhere; null for absolute and common symbols. */
  readonly section: number | null;
}

/** The relocations of BPF that a compiler emits (llvm: BPF.def). */
export type RelocationType = 'R_BPF_64_64' | 'R_BPF_64_ABS64' | 'R_BPF_64_ABS32' | 'R_BPF_64_NODYLD32' | 'R_BPF_64_32';

export interface Relocation {
  /** Place in the section that is relocated. */
  readonly offset: number;
  readonly symbol: ElfSymbol;
  readonly type: RelocationType;
}

export interface Container {
  readonly file: Bytes;
  readonly sections: readonly Section[];
  readonly symbols: readonly ElfSymbol[];
  /** The symbol table, for messages about symbols. */
  readonly symbolTable: Bytes;
  /** By index of the section that is relocated, in the order of their offsets. */
  readonly relocations: ReadonlyMap<number, readonly Relocation[]>;
}

export const SHT_PROGBITS = 1;
export const SHT_NOBITS = 8;
const SHT_SYMTAB = 2;
const SHT_STRTAB = 3;
const SHT_RELA = 4;
const SHT_REL = 9;
const HEADER_SIZE = 64;
const SECTION_HEADER_SIZE = 64;
const SYMBOL_SIZE = 24;
const RELOCATION_SIZE = 16;
const SHN_LORESERVE = 0xff00;
const SHN_XINDEX = 0xffff;
const LONGEST_NAME = 4096;

const RELOCATION_TYPES: ReadonlyMap<number, RelocationType> = new Map([
  [1, 'R_BPF_64_64'],
  [2, 'R_BPF_64_ABS64'],
  [3, 'R_BPF_64_ABS32'],
  [4, 'R_BPF_64_NODYLD32'],
  [10, 'R_BPF_64_32'],
]);

/** Returns the container, with every section, symbol and relocation inside the file and pointing at what there is. */
export function readContainer(raw: Uint8Array): Container {
  const file = bytesOf('', raw);
  const headers = readHeader(file);
  const sections = readSections(file, headers);
  const symbolTable = findSymbolTable(file, sections);
  const symbols = readSymbols(headers, sections, symbolTable);
  return {
    file,
    sections,
    symbols,
    symbolTable: symbolTable.bytes,
    relocations: readRelocations(headers, sections, symbols),
  };
}

interface Headers {
  readonly offset: number;
  readonly count: number;
  readonly names: number;
  /** What only this file needs of each section header. */
  readonly of: readonly { readonly link: number; readonly info: number; readonly entry: number }[];
}

function readHeader(file: Bytes): Headers {
  if (file.size < HEADER_SIZE) return file.fail(0, `${file.size} bytes are too few for an ELF file`);
  if (file.u32(0) !== 0x464c457f) return file.fail(0, 'this is no ELF file');
  if (file.u8(4) !== 2) return file.fail(4, 'a BPF object is a 64-bit ELF file; this is none');
  if (file.u8(5) !== 1) return file.unsupported(5, 'only little-endian objects are read');
  if (file.u8(6) !== 1 || file.u32(20) !== 1) return file.fail(6, 'an ELF version other than 1');
  if (file.u16(16) !== 1)
    return file.fail(16, `an ELF file of type ${file.u16(16)}; a BPF object is relocatable (ET_REL)`);
  if (file.u16(18) !== 247) return file.fail(18, `an ELF file for machine ${file.u16(18)}; BPF is 247`);
  const offset = file.u64(40);
  const count = file.u16(60);
  if (count === 0) return file.fail(60, 'there are no sections');
  if (file.u16(58) !== SECTION_HEADER_SIZE) return file.fail(58, `section headers of ${file.u16(58)} bytes`);
  if (offset + count * SECTION_HEADER_SIZE > file.size) {
    return file.fail(40, `${count} section headers at byte ${offset} do not fit into the file`);
  }
  const at = (i: number): number => offset + i * SECTION_HEADER_SIZE;
  const of = Array.from({ length: count }, (_, i) => ({
    link: file.u32(at(i) + 40),
    info: file.u32(at(i) + 44),
    entry: file.u64(at(i) + 56),
  }));
  const names = file.u16(62);
  if (names === 0 || names >= count)
    return file.fail(62, `section ${names} cannot hold the names of ${count} sections`);
  return { offset, count, names, of };
}

function readSections(file: Bytes, headers: Headers): Section[] {
  const at = (i: number): number => headers.offset + i * SECTION_HEADER_SIZE;
  const extent = (i: number): Bytes =>
    i === 0 || file.u32(at(i) + 4) === SHT_NOBITS
      ? file.part(0, 0, '')
      : file.part(file.u64(at(i) + 24), file.u64(at(i) + 32), `section ${i}`);
  const names = textsOf(bytesOf('section names', extent(headers.names).raw));
  let total = 0;
  return headers.of.map((_, i) => {
    const offset = file.u32(at(i));
    const name = i === 0 && offset === 0 ? '' : names.at(offset, LONGEST_NAME, file, at(i));
    const flags = file.u64(at(i) + 8);
    const { raw } = extent(i);
    total += raw.byteLength;
    // what every later reader relies on: work in proportion to the bytes of all sections is work in proportion to the file
    if (total > file.size) return file.fail(at(i) + 24, `section ${quote(name)} overlaps with others`);
    return {
      index: i,
      name,
      type: file.u32(at(i) + 4),
      isWritable: flags % 2 === 1,
      isAllocated: Math.floor(flags / 2) % 2 === 1,
      isExecutable: Math.floor(flags / 4) % 2 === 1,
      size: file.u64(at(i) + 32),
      bytes: bytesOf(name, raw),
    };
  });
}

const BINDINGS = ['local', 'global', 'weak'] as const;
const SYMBOL_TYPES = ['none', 'object', 'func', 'section'] as const;

function findSymbolTable(file: Bytes, sections: readonly Section[]): Section {
  const [table, second] = sections.filter(s => s.type === SHT_SYMTAB);
  if (table === undefined) return file.fail(0, 'there is no symbol table; was the object stripped?');
  return second === undefined ? table : second.bytes.fail(0, 'there are several symbol tables');
}

function readSymbols(headers: Headers, sections: readonly Section[], table: Section): ElfSymbol[] {
  const header = headers.of[table.index];
  const { bytes } = table;
  if (header?.entry !== SYMBOL_SIZE || bytes.size % SYMBOL_SIZE !== 0) {
    return bytes.fail(0, `a symbol table of ${bytes.size} bytes, ${header?.entry ?? 0} each`);
  }
  const strings = sections[header.link];
  if (strings?.type !== SHT_STRTAB) return bytes.fail(0, `section ${header.link} holds no names of symbols`);
  const texts = textsOf(strings.bytes);
  return Array.from({ length: bytes.size / SYMBOL_SIZE }, (_, index) => {
    const at = index * SYMBOL_SIZE;
    const info = bytes.u8(at + 4);
    const number = bytes.u16(at + 6);
    if (number === SHN_XINDEX) return bytes.unsupported(at + 6, 'more sections than a symbol can count');
    if (number < SHN_LORESERVE && number >= sections.length) {
      return bytes.fail(at + 6, `symbol ${index} lies in section ${number} of ${sections.length}`);
    }
    const name = bytes.u32(at);
    return {
      index,
      name: name === 0 ? '' : texts.at(name, LONGEST_NAME, bytes, at),
      value: bytes.u64(at + 8),
      size: bytes.u64(at + 16),
      binding: BINDINGS[info >> 4] ?? 'other',
      type: SYMBOL_TYPES[info & 15] ?? 'other',
      isHidden: [1, 2].includes(bytes.u8(at + 5) & 3),
      section: number >= SHN_LORESERVE ? null : number,
    };
  });
}

function readRelocations(
  headers: Headers,
  sections: readonly Section[],
  symbols: readonly ElfSymbol[],
): Map<number, readonly Relocation[]> {
  const result = new Map<number, Relocation[]>();
  for (const section of sections) {
    if (section.type !== SHT_REL && section.type !== SHT_RELA) continue;
    const { bytes } = section;
    const header = headers.of[section.index];
    const target = sections[header?.info ?? 0];
    // debugging information has relocations too, of no interest here
    if (target === undefined) return bytes.fail(0, `it relocates section ${header?.info ?? 0} of ${sections.length}`);
    if (/^\.(debug_|eh_frame|BTF\.ext$)/.test(target.name)) continue;
    if (section.type === SHT_RELA) return bytes.unsupported(0, 'relocations with addends (SHT_RELA)');
    if (header?.entry !== RELOCATION_SIZE || bytes.size % RELOCATION_SIZE !== 0) {
      return bytes.fail(0, `relocations of ${bytes.size} bytes, ${header?.entry ?? 0} each`);
    }
    const list = result.get(target.index) ?? [];
    for (let at = 0; at < bytes.size; at += RELOCATION_SIZE) {
      const offset = bytes.u64(at);
      const type = RELOCATION_TYPES.get(bytes.u32(at + 8));
      const symbol = symbols[bytes.u32(at + 12)];
      if (offset >= target.size)
        return bytes.fail(at, `it relocates byte ${offset} of section ${quote(target.name)}, which has ${target.size}`);
      if (type === undefined) return bytes.fail(at + 8, `relocation type ${bytes.u32(at + 8)} is none of BPF`);
      if (symbol === undefined)
        return bytes.fail(at + 12, `it names symbol ${bytes.u32(at + 12)} of ${symbols.length}`);
      list.push({ offset, symbol, type });
    }
    result.set(target.index, list);
  }
  for (const list of result.values()) list.sort((a, b) => a.offset - b.offset);
  return result;
}
