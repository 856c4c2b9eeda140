/** Reads section `.BTF`: the types of an object (Documentation/bpf/btf.rst). */
import { checkBtf } from './btf-check.js';
import type { Btf, BtfDatasecVar, BtfLinkage, BtfMember, BtfType } from './btf-type.js';
import type { Bytes } from './bytes.js';
import type { Relocation } from './container.js';
import { textsOf, type Texts } from './texts.js';

/** Kernel: BTF_MAX_TYPE. */
const MOST_TYPES = 0xfffff;
/** Kernel: KSYM_SYMBOL_LEN; names of types, members and variables. */
const LONGEST_NAME = 512;

export interface BtfSection {
  readonly btf: Btf;
  /** `.BTF.ext` has its texts here too. */
  readonly texts: Texts;
  /** Where in the section a type stands, for messages about it. */
  offsetOf(id: number): number;
  readonly bytes: Bytes;
}

/**
 * Returns the types, all of whose references hold (see btf-check.ts).
 *
 * clang leaves offsets of variables to relocations, which libbpf replaces by its own reading of the symbols
 * (`btf_fixup_datasec`) except for static variables; applying the relocations gives the same and those too.
 */
export function readBtf(bytes: Bytes, relocations: readonly Relocation[]): BtfSection {
  if (bytes.u16(0) !== 0xeb9f) return bytes.fail(0, 'this is no BTF');
  if (bytes.u8(2) !== 1) return bytes.unsupported(2, `BTF version ${bytes.u8(2)}`);
  const headerSize = bytes.u32(4);
  if (headerSize < 24) return bytes.fail(4, `a header of ${headerSize} bytes`);
  const body = bytes.part(headerSize, bytes.size - headerSize, 'what follows the header');
  const [typesAt, stringsAt] = [bytes.u32(8), bytes.u32(16)];
  const records = body.part(typesAt, bytes.u32(12), 'the part for types');
  const strings = body.part(stringsAt, bytes.u32(20), 'the part for texts');
  if (strings.size === 0 || strings.u8(0) !== 0) return bytes.fail(16, 'texts have to begin with an empty one');

  const texts = textsOf(strings);
  const addends = new Map(relocations.map(r => [r.offset - headerSize - typesAt, r.symbol.value]));

  const types: BtfType[] = [{ kind: 'void' }];
  const offsets = [0];
  for (let at = 0; at < records.size;) {
    if (types.length > MOST_TYPES) return records.fail(at, `more than ${MOST_TYPES} types`);
    const { type, size } = readType(records, at, (field: number) =>
      texts.at(records.u32(field), LONGEST_NAME, records, field),
    );
    offsets.push(at);
    types.push(type);
    at += size;
  }

  const section = {
    texts,
    offsetOf: (id: number) => headerSize + typesAt + (offsets[id] ?? 0),
    bytes,
  };
  const located = types.map((type, id) =>
    type.kind === 'datasec' ? relocated(type, offsets[id] ?? 0, addends) : type,
  );
  const btf = checkBtf(located, (id, problem) => bytes.fail(section.offsetOf(id), problem));
  return { ...section, btf };
}

type NameAt = (field: number) => string;

const KINDS = [
  'void', 'int', 'ptr', 'array', 'struct', 'union', 'enum', 'fwd', 'typedef', 'volatile', 'const', 'restrict', 'func',
  'func_proto', 'var', 'datasec', 'float', 'decl_tag', 'type_tag', 'enum64',
] as const; // prettier-ignore

const LINKAGES: readonly BtfLinkage[] = ['static', 'global', 'extern'];

/** Reads one `struct btf_type` and what follows it. `size` counts both. */
function readType(bytes: Bytes, at: number, nameAt: NameAt): { type: BtfType; size: number } {
  const info = bytes.u32(at + 4);
  const kind = KINDS[(info >>> 24) & 0x1f];
  const count = info & 0xffff;
  const flag = info >>> 31 === 1;
  const last = bytes.u32(at + 8);
  const name = nameAt(at);
  const extra = at + 12;
  const linkage = (value: number, field: number): BtfLinkage =>
    LINKAGES[value] ?? bytes.fail(field, `linkage ${value} is none`);
  const list = <T>(each: number, read: (field: number) => T): { items: T[]; size: number } => {
    bytes.need(extra, count * each, 'what belongs to a type');
    return { items: Array.from({ length: count }, (_, i) => read(extra + i * each)), size: 12 + count * each };
  };
  switch (kind) {
    case 'int': {
      const encoding = bytes.u32(extra);
      const bits = encoding & 0xff;
      if (![1, 2, 4, 8, 16].includes(last) || bits === 0 || bits + ((encoding >>> 16) & 0xff) > last * 8) {
        return bytes.fail(at, `an integer of ${last} bytes and ${bits} bits`);
      }
      const marks = (encoding >>> 24) & 0xf;
      return {
        type: { kind, name, size: last, bits, isSigned: (marks & 1) !== 0, isBool: (marks & 4) !== 0 },
        size: 16,
      };
    }
    case 'ptr':
    case 'volatile':
    case 'const':
    case 'restrict':
      return { type: { kind, type: last }, size: 12 };
    case 'typedef':
    case 'type_tag':
      return { type: { kind, name, type: last }, size: 12 };
    case 'array':
      return {
        type: { kind, type: bytes.u32(extra), indexType: bytes.u32(extra + 4), length: bytes.u32(extra + 8) },
        size: 24,
      };
    case 'struct':
    case 'union': {
      const { items, size } = list<BtfMember>(12, field => {
        const place = bytes.u32(field + 8);
        return {
          name: nameAt(field),
          type: bytes.u32(field + 4),
          bitOffset: flag ? place & 0xffffff : place,
          bitSize: flag ? place >>> 24 : 0,
        };
      });
      return { type: { kind, name, size: last, members: items }, size };
    }
    case 'enum':
    case 'enum64': {
      const wide = kind === 'enum64';
      if (![1, 2, 4, 8].includes(last)) return bytes.fail(at + 8, `an enum of ${last} bytes`);
      const { items, size } = list(wide ? 12 : 8, field => {
        const low = BigInt(bytes.u32(field + 4));
        const bits = wide ? (BigInt(bytes.u32(field + 8)) << 32n) | low : low;
        return { name: nameAt(field), value: flag ? BigInt.asIntN(wide ? 64 : 32, bits) : bits };
      });
      return { type: { kind: 'enum', name, size: last, isSigned: flag, values: items }, size };
    }
    case 'fwd':
      return { type: { kind, name, isUnion: flag }, size: 12 };
    case 'func':
      return { type: { kind, name, type: last, linkage: linkage(count, at + 4) }, size: 12 };
    case 'func_proto': {
      const { items, size } = list(8, field => ({ name: nameAt(field), type: bytes.u32(field + 4) }));
      return { type: { kind, returns: last, params: items }, size };
    }
    case 'var':
      return { type: { kind, name, type: last, linkage: linkage(bytes.u32(extra), extra) }, size: 16 };
    case 'datasec': {
      const { items, size } = list<BtfDatasecVar>(12, field => ({
        type: bytes.u32(field),
        offset: bytes.u32(field + 4),
        size: bytes.u32(field + 8),
      }));
      return { type: { kind, name, size: last, vars: items }, size };
    }
    case 'float':
      if (![2, 4, 8, 12, 16].includes(last)) return bytes.fail(at + 8, `a floating-point number of ${last} bytes`);
      return { type: { kind, name, size: last }, size: 12 };
    case 'decl_tag':
      return { type: { kind, name, type: last, component: bytes.i32(extra) }, size: 16 };
    case 'void':
    case undefined:
      return bytes.fail(at + 4, `BTF kind ${(info >>> 24) & 0x1f} is not known`);
  }
}

function relocated(
  type: BtfType & { kind: 'datasec' },
  at: number,
  addends: ReadonlyMap<number, number>,
): BtfType & { kind: 'datasec' } {
  const vars = type.vars.map((v, i) => ({ ...v, offset: v.offset + (addends.get(at + 12 + i * 12 + 4) ?? 0) }));
  return { ...type, vars: vars.sort((a, b) => a.offset - b.offset) };
}
