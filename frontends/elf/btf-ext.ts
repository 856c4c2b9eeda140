/** Reads section `.BTF.ext`: which function, which source line and which CO-RE relocation belongs to which instruction. */
import type { BtfSection } from './btf.js';
import { typeOf } from './btf-query.js';
import { quote, type Bytes } from './bytes.js';
import { CORE_KINDS, type CoreRelocation } from './core-relocation.js';
import type { SourceLine } from './object.js';

/** What is known of the instructions of one section, by their offset in bytes. */
export interface SectionInfo {
  /** BTF ids of the functions that begin there. */
  readonly funcs: ReadonlyMap<number, number>;
  /** In the order of their offsets; those without a line are left out. */
  readonly lines: readonly { readonly offset: number; readonly at: SourceLine }[];
  readonly core: ReadonlyMap<number, CoreRelocation>;
}

interface Collected {
  readonly funcs: Map<number, number>;
  readonly lines: { readonly offset: number; readonly at: SourceLine }[];
  readonly core: Map<number, CoreRelocation>;
}

const LONGEST_PATH = 4096;
/** Source lines are only shown: a longer one is cut. */
const LONGEST_LINE = 1000;

/** Returns what is known, by name of the section. */
export function readBtfExt(bytes: Bytes, btf: BtfSection): ReadonlyMap<string, SectionInfo> {
  if (bytes.u16(0) !== 0xeb9f) return bytes.fail(0, 'this is no BTF');
  if (bytes.u8(2) !== 1) return bytes.unsupported(2, `BTF version ${bytes.u8(2)}`);
  const headerSize = bytes.u32(4);
  if (headerSize < 24) return bytes.fail(4, `a header of ${headerSize} bytes`);
  const body = bytes.part(headerSize, bytes.size - headerSize, 'what follows the header');
  const table = (field: number, what: string): Bytes =>
    field + 8 > headerSize ? body.part(0, 0, what) : body.part(bytes.u32(field), bytes.u32(field + 4), what);

  const sections = new Map<string, Collected>();
  const infoOf = (name: string): Collected => {
    const known = sections.get(name) ?? { funcs: new Map(), lines: [], core: new Map() };
    sections.set(name, known);
    return known;
  };
  const typeAt = (part: Bytes, at: number): number => {
    const id = part.u32(at);
    return id < btf.btf.types.length ? id : part.fail(at, `type ${id} of ${btf.btf.types.length}`);
  };

  forEachRecord(table(8, 'the part for functions'), 8, btf, (name, part, at) => {
    const id = typeAt(part, at + 4);
    if (typeOf(btf.btf, id).kind !== 'func') part.fail(at + 4, `type ${id} is no function`);
    infoOf(name).funcs.set(part.u32(at), id);
  });
  forEachRecord(table(16, 'the part for lines'), 16, btf, (name, part, at) => {
    const place = part.u32(at + 12);
    const line = place >>> 10;
    // line 0 is code that the compiler made up
    if (line === 0) return;
    const file = btf.texts.at(part.u32(at + 4), LONGEST_PATH, part, at + 4);
    const text = btf.texts.cutAt(part.u32(at + 8), LONGEST_LINE, part, at + 8).trim();
    infoOf(name).lines.push({
      offset: part.u32(at),
      at: { file, line, column: Math.max(1, place & 0x3ff), text },
    });
  });
  forEachRecord(table(24, 'the part for CO-RE'), 16, btf, (name, part, at) => {
    const kind = CORE_KINDS[part.u32(at + 12)];
    if (kind === undefined) return part.fail(at + 12, `CO-RE relocation of kind ${part.u32(at + 12)}`);
    const access = btf.texts.at(part.u32(at + 8), LONGEST_PATH, part, at + 8);
    infoOf(name).core.set(part.u32(at), { kind, typeId: typeAt(part, at + 4), access });
  });
  for (const { lines } of sections.values()) lines.sort((a, b) => a.offset - b.offset);
  return sections;
}

/** Calls `read` with the place of every record of a table: a record size, then per section a name, a number and so many records. */
function forEachRecord(
  table: Bytes,
  least: number,
  btf: BtfSection,
  read: (section: string, part: Bytes, at: number) => void,
): void {
  if (table.size === 0) return;
  const each = table.u32(0);
  if (each < least || each % 4 !== 0) table.fail(0, `records of ${each} bytes`);
  for (let at = 4; at < table.size;) {
    const name = btf.texts.at(table.u32(at), LONGEST_PATH, table, at);
    const count = table.u32(at + 4);
    if (count === 0) table.fail(at + 4, `no record for section ${quote(name)}`);
    const records = table.part(at + 8, count * each, `${count} records for section ${quote(name)}`);
    for (let i = 0; i < count; i++) read(name, records, i * each);
    at += 8 + count * each;
  }
}
