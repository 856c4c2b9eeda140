/** Functions of executable sections: programs, and the subprograms of `.text` (libbpf: `bpf_object__add_programs`). */
import type { BtfSection } from './btf.js';
import type { SectionInfo } from './btf-ext.js';
import { declTagsOf } from './btf-query.js';
import { quote } from './bytes.js';
import { SHT_PROGBITS, type Container, type ElfSymbol, type Section } from './container.js';
import { readInstructions, type Names } from './instructions.js';
import type { ObjectFunction, ObjectProgram } from './object.js';
import { sectionTypeOf } from '../shared/section-types.js';

/** A function symbol whose bytes are there, and are its own. */
export interface FunctionSymbol {
  readonly symbol: ElfSymbol;
  readonly section: Section;
}

const SLOT = 8;

/** Returns the function symbols in the order of their places in the file. */
export function findFunctions(container: Container): readonly FunctionSymbol[] {
  const bySection = new Map<number, ElfSymbol[]>();
  for (const symbol of container.symbols) {
    if (symbol.type !== 'func' || symbol.section === null) continue;
    const list = bySection.get(symbol.section) ?? [];
    bySection.set(symbol.section, list);
    list.push(symbol);
  }
  const result: FunctionSymbol[] = [];
  const names = new Set<string>();
  for (const section of container.sections) {
    if (section.type !== SHT_PROGBITS || !section.isExecutable || section.size === 0) continue;
    const { bytes } = section;
    let end = 0;
    for (const symbol of (bySection.get(section.index) ?? []).sort((a, b) => a.value - b.value)) {
      const { name, value, size } = symbol;
      const fail = (problem: string): never =>
        bytes.fail(Math.min(value, bytes.size), `function ${quote(name)} ${problem}`);
      if (value % SLOT !== 0 || size % SLOT !== 0 || size === 0)
        return fail(`of ${size} bytes does not consist of instructions`);
      if (value + size > bytes.size) return fail(`of ${size} bytes does not fit into its section of ${bytes.size}`);
      if (value < end) return fail('overlaps with the one before it');
      if (names.has(name)) return bytes.unsupported(value, `two functions are named ${quote(name)}`);
      if (symbol.binding === 'local' && section.name !== '.text') {
        return bytes.unsupported(value, `program ${quote(name)} is static; libbpf wants it global`);
      }
      names.add(name);
      end = value + size;
      result.push({ symbol, section });
    }
  }
  return result;
}

/** Returns programs and subprograms with their instructions. */
export function readFunctions(
  container: Container,
  functions: readonly FunctionSymbol[],
  btf: BtfSection,
  infos: ReadonlyMap<string, SectionInfo>,
  names: Names,
): { programs: ObjectProgram[]; subprograms: ObjectFunction[] } {
  const programs: ObjectProgram[] = [];
  const subprograms: ObjectFunction[] = [];
  for (const { symbol, section } of functions) {
    const info = infos.get(section.name) ?? null;
    const typeId = info?.funcs.get(symbol.value) ?? null;
    const relocations = container.relocations.get(section.index) ?? [];
    const extent = { section, offset: symbol.value, size: symbol.size };
    const instructions = readInstructions(extent, relocations, info, names);
    const fn: ObjectFunction = {
      name: symbol.name,
      section: section.name,
      offset: symbol.value,
      isGlobal: symbol.binding !== 'local' && !symbol.isHidden,
      isWeak: symbol.binding === 'weak',
      typeId,
      instructions,
      tags: typeId === null ? [] : declTagsOf(btf.btf, typeId),
      at: instructions[0]?.at ?? null,
    };
    if (section.name === '.text') subprograms.push(fn);
    else programs.push({ ...fn, ...secOf(section) });
  }
  return { programs, subprograms };
}

function secOf(section: Section): Pick<ObjectProgram, 'secName' | 'autoload' | 'type' | 'secPrefix' | 'sleepable'> {
  const autoload = !section.name.startsWith('?');
  const secName = autoload ? section.name : section.name.slice(1);
  const found = sectionTypeOf(secName);
  if (found === null) {
    return section.bytes.fail(
      0,
      `no program type has the SEC name ${quote(secName)}; libbpf could not load its programs`,
    );
  }
  return { secName, autoload, type: found.type, secPrefix: found.prefix, sleepable: found.sleepable };
}
