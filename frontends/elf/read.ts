/** Reads a BPF ELF object: the front end's only door. */
import type { At } from '../../model/program.js';
import { readBtf, type BtfSection } from './btf.js';
import { readBtfExt, type SectionInfo } from './btf-ext.js';
import { Malformed, quote } from './bytes.js';
import { readContainer, SHT_PROGBITS, type Container, type Section } from './container.js';
import { readDataSections } from './data-sections.js';
import { readExterns } from './externs.js';
import { readMaps } from './maps.js';
import type { BpfObject, ObjectError, ObjectResult } from './object.js';
import { findFunctions, readFunctions } from './programs.js';
import { newStructs } from './structs.js';
import { textsOf } from './texts.js';

/** More than any object of a compiler; what is read takes a multiple of it. */
const MOST_BYTES = 64 * 1024 * 1024;
/** libbpf: the size of `bpf_object.license`. */
const LONGEST_LICENSE = 63;

/** Returns the object that the bytes of `file` hold. Never throws: what is wrong with them is the error. */
export function readObject(bytes: Uint8Array, file: string): ObjectResult {
  const failed = (kind: ObjectError['kind'], section: string, offset: number, problem: string): ObjectResult => ({
    ok: false,
    error: {
      kind,
      message: `${section === '' ? 'file' : `section ${quote(section)}`}, byte 0x${offset.toString(16)}: ${problem}`,
      file,
      section,
      offset,
    },
  });
  if (bytes.byteLength > MOST_BYTES) return failed('unsupported', '', 0, `an object of ${bytes.byteLength} bytes`);
  try {
    return { ok: true, object: readAll(bytes, file) };
  } catch (e) {
    if (e instanceof Malformed) return failed(e.kind, e.section, e.offset, e.problem);
    // a mistake of ours must not look like a verdict
    return failed('unsupported', '', 0, `the reader failed: ${String(e).replace(/\s+/g, ' ').slice(0, 200)}`);
  }
}

function readAll(raw: Uint8Array, file: string): BpfObject {
  const at: At = { file, line: 1, column: 1 };
  const container = readContainer(raw);
  checkLegacyMaps(container);
  const { btf, infos } = readTypes(container);
  const externs = readExterns(container, btf);
  const structs = newStructs(btf, at);
  const found = readMaps(container, btf, structs, at);
  const sections = readDataSections(container, btf, structs, at);
  const functions = findFunctions(container);
  const starts = new Map(functions.map(f => [`${f.section.index}:${f.symbol.value}`, f.symbol.name]));
  const { programs, subprograms } = readFunctions(container, functions, btf, infos, {
    textSection: container.sections.find(s => s.name === '.text' && s.isExecutable)?.index ?? null,
    functionAt: (section, offset) => starts.get(`${section}:${offset}`) ?? null,
    mapsSection: found.section,
    mapAt: offset => found.byOffset.get(offset) ?? null,
    dataSection(section) {
      const map = sections.get(section);
      return map === undefined ? null : { name: map.name, size: map.valueSize };
    },
    extern: symbol => externs.get(symbol.index) ?? null,
  });
  return {
    file,
    license: licenseOf(container),
    btf: btf.btf,
    structs: structs.list,
    structNames: structs.names,
    maps: [...found.maps, ...sections.values()],
    programs,
    subprograms,
    externs: [...externs.values()],
    fieldProblems: structs.problems,
  };
}

/** libbpf 1.0 gave them up, and without BTF nobody knows what their values are. */
function checkLegacyMaps(container: Container): void {
  const legacy = container.sections.find(s => s.name === 'maps');
  legacy?.bytes.unsupported(0, 'map definitions from before BTF; write them in SEC(".maps")');
}

function readTypes(container: Container): { btf: BtfSection; infos: ReadonlyMap<string, SectionInfo> } {
  const named = (name: string): Section | undefined => container.sections.find(s => s.name === name);
  const section = named('.BTF');
  if (section === undefined) return { btf: withoutTypes(container), infos: new Map() };
  if (section.type !== SHT_PROGBITS) return section.bytes.fail(0, 'it has no bytes');
  const btf = readBtf(section.bytes, container.relocations.get(section.index) ?? []);
  const extension = named('.BTF.ext');
  return { btf, infos: extension === undefined ? new Map() : readBtfExt(extension.bytes, btf) };
}

/** An object without BTF may still have programs, if it has neither maps nor kernel functions. */
function withoutTypes(container: Container): BtfSection {
  return {
    btf: { types: [{ kind: 'void' }], sizes: [null], declTags: new Map() },
    texts: textsOf(container.file.part(0, 0, 'no texts')),
    offsetOf: () => 0,
    bytes: container.file,
  };
}

function licenseOf(container: Container): string {
  const bytes = container.sections.find(s => s.name === 'license')?.bytes;
  return bytes === undefined || bytes.size === 0 ? '' : textsOf(bytes).cutAt(0, LONGEST_LICENSE, bytes, 0);
}
