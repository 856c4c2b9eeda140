/** Data sections as maps of one element, whose value is all variables of the section (libbpf: `bpf_object__init_global_data_maps`). */
import type { At, SectionVar } from '../../model/program.js';
import type { BtfSection } from './btf.js';
import { declTagsOf, typeOf } from './btf-query.js';
import { quote } from './bytes.js';
import { SHT_NOBITS, SHT_PROGBITS, type Container, type ElfSymbol, type Section } from './container.js';
import type { Place } from './fields.js';
import type { ObjectMap } from './object.js';
import type { Structs } from './structs.js';

/** Sections in which compilers and libbpf keep other things than variables of programs. */
const NO_DATA =
  /^(license|version|maps|\.maps|\.ksyms|\.kconfig|\.struct_ops(\.link)?|\.BTF(\.ext)?|\.addr_space\..*)$/;
const LIBBPF_DATA = /^\.(data|bss|rodata)(\..*)?$/;
const LARGEST = 0xffffffff;
const BPF_F_RDONLY_PROG = 1 << 7;
const BPF_F_MMAPABLE = 1 << 10;

/**
 * Returns the sections by index. Beyond libbpf's `.data`, `.bss` and `.rodata` these are all sections of variables that the BTF
 * describes: one of the designs wants locks in `.locks`, which today's libbpf skips.
 */
export function readDataSections(
  container: Container,
  btf: BtfSection,
  structs: Structs,
  at: At,
): ReadonlyMap<number, ObjectMap> {
  const described = new Map<string, number>();
  btf.btf.types.forEach((type, id) => {
    if (type.kind === 'datasec' && !described.has(type.name)) described.set(type.name, id);
  });
  const isData = (s: Section): boolean =>
    (s.type === SHT_PROGBITS || s.type === SHT_NOBITS) &&
    s.isAllocated &&
    !s.isExecutable &&
    s.size > 0 &&
    !NO_DATA.test(s.name) &&
    (LIBBPF_DATA.test(s.name) || described.has(s.name));
  const sections = container.sections.filter(isData);
  const symbols = symbolsOf(container);
  const result = new Map<number, ObjectMap>();
  const names = new Set<string>();
  for (const section of sections) {
    if (names.has(section.name)) return section.bytes.unsupported(0, `two sections are named ${quote(section.name)}`);
    names.add(section.name);
    result.set(section.index, readSection(section, described.get(section.name) ?? null));
  }
  return result;

  function readSection(section: Section, typeId: number | null): ObjectMap {
    if (section.size > LARGEST) return section.bytes.fail(0, `a section of ${section.size} bytes`);
    const datasec = typeId === null ? null : typeOf(btf.btf, typeId);
    const vars: SectionVar[] = [];
    const places: Place[] = [];
    for (const entry of datasec?.kind === 'datasec' ? datasec.vars : []) {
      const variable = typeOf(btf.btf, entry.type);
      const where = btf.offsetOf(typeId ?? 0);
      if (variable.kind !== 'var')
        return btf.bytes.fail(where, `a ${variable.kind} in data section ${quote(section.name)}`);
      if (variable.linkage === 'extern') continue;
      const size = entry.size;
      const symbol = variable.linkage === 'global' ? symbols.get(section.index)?.get(variable.name) : undefined;
      if (variable.linkage === 'global' && symbol === undefined) {
        return btf.bytes.fail(
          where,
          `no symbol for variable ${quote(variable.name)} of section ${quote(section.name)}`,
        );
      }
      if (entry.offset + size > section.size) {
        return btf.bytes.fail(where, `variable ${quote(variable.name)} lies outside section ${quote(section.name)}`);
      }
      vars.push({
        name: variable.name,
        offset: entry.offset,
        size,
        isStatic: variable.linkage === 'static',
        isHidden: symbol?.isHidden === true,
      });
      places.push({
        typeId: variable.type,
        name: variable.name,
        offset: entry.offset,
        tags: declTagsOf(btf.btf, entry.type),
      });
    }
    structs.add(section.name, typeId, section.size, places);
    const isReadOnly = !section.isWritable;
    // libbpf: `map_is_mmapable`
    const isMmapable = vars.some(v => !v.isStatic && !v.isHidden);
    return {
      name: section.name,
      type: 'BPF_MAP_TYPE_ARRAY',
      maxEntries: 1,
      valueType: section.name,
      section: { name: section.name, vars },
      // what a loader does about sections is a part of a design, so it is not among the names
      flags: [],
      isPinned: false,
      at,
      keySize: 4,
      valueSize: section.size,
      keyTypeId: null,
      valueTypeId: typeId,
      mapFlags: (isReadOnly ? BPF_F_RDONLY_PROG : 0) | (isMmapable ? BPF_F_MMAPABLE : 0),
      mapExtra: 0n,
      bytes: section.type === SHT_NOBITS ? null : new Uint8Array(section.bytes.raw),
    };
  }
}

/** Global variables by section and name. */
function symbolsOf(container: Container): ReadonlyMap<number, ReadonlyMap<string, ElfSymbol>> {
  const result = new Map<number, Map<string, ElfSymbol>>();
  for (const symbol of container.symbols) {
    if (symbol.section === null || symbol.binding === 'local' || symbol.type !== 'object') continue;
    const names = result.get(symbol.section) ?? new Map<string, ElfSymbol>();
    result.set(symbol.section, names.set(symbol.name, symbol));
  }
  return result;
}
