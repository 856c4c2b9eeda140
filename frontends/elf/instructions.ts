/** The instructions of one function: decoded, with what their relocations point at, and where they come from. */
import type { SectionInfo } from './btf-ext.js';
import { quote, type Bytes } from './bytes.js';
import type { ElfSymbol, Relocation, Section } from './container.js';
import type { CoreRelocation } from './core-relocation.js';
import { decode, type Decoded } from './decode.js';
import type { Encoded, Extern, Instruction, SourceLine } from './object.js';
import type { Callee, Operation, Target } from './operation.js';

/** What the rest of the object knows about places. */
export interface Names {
  readonly textSection: number | null;
  /** Name of the function that begins at a byte of a section. */
  functionAt(section: number, offset: number): string | null;
  readonly mapsSection: number | null;
  mapAt(offset: number): string | null;
  /** A data section by its index. */
  dataSection(section: number): { readonly name: string; readonly size: number } | null;
  extern(symbol: ElfSymbol): Extern | null;
}

const SLOT = 8;

interface Extent {
  readonly section: Section;
  readonly offset: number;
  readonly size: number;
}

/** Returns the instructions between two bytes of a section. Control cannot leave them but by calls and exits. */
export function readInstructions(
  { section, offset, size }: Extent,
  relocations: readonly Relocation[],
  info: SectionInfo | null,
  names: Names,
): Instruction[] {
  const { bytes } = section;
  const end = offset + size;
  const byPlace = new Map<number, Relocation>();
  for (const relocation of within(relocations, offset, end)) {
    if (byPlace.has(relocation.offset)) return bytes.fail(relocation.offset, 'two relocations of one instruction');
    byPlace.set(relocation.offset, relocation);
  }
  const lineAt = linesFrom(info, offset);
  const result: Instruction[] = [];
  for (let at = offset; at < end;) {
    const encoded = encodedAt(bytes, at);
    const next = at + SLOT < end ? encodedAt(bytes, at + SLOT) : null;
    const slot = (at - offset) / SLOT;
    const decoded = decode(encoded, next, slot);
    if (!decoded.ok) {
      return decoded.isUnsupported ? bytes.unsupported(at, decoded.problem) : bytes.fail(at, decoded.problem);
    }
    const relocation = byPlace.get(at) ?? null;
    byPlace.delete(at);
    const does = withTarget(decoded.does, encoded, relocation, section, at, names);
    const core = info?.core.get(at) ?? null;
    result.push({
      slot,
      offset: at,
      does: core === null ? does : withLocalType(does, core, section, at),
      encoded,
      core,
      at: lineAt(at),
    });
    at += decoded.slots * SLOT;
  }
  const [stray] = byPlace.keys();
  if (stray !== undefined) return bytes.fail(stray, 'a relocation inside an instruction');
  checkJumps(result, bytes);
  return result;
}

function encodedAt(bytes: Bytes, at: number): Encoded {
  const registers = bytes.u8(at + 1);
  return {
    opcode: bytes.u8(at),
    dst: registers & 15,
    src: registers >> 4,
    off: bytes.i16(at + 2),
    imm: bytes.i32(at + 4),
  };
}

/** Sorted relocations from a byte up to another. */
function within(relocations: readonly Relocation[], from: number, to: number): Relocation[] {
  const start = firstIndex(relocations, from);
  const stop = firstIndex(relocations, to);
  return relocations.slice(start, stop);
}

function firstIndex(sorted: readonly { readonly offset: number }[], from: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((sorted[middle]?.offset ?? Infinity) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns a reader of lines for ascending offsets. */
function linesFrom(info: SectionInfo | null, start: number): (offset: number) => SourceLine | null {
  const lines = info?.lines ?? [];
  let next = firstIndex(lines, start);
  let last: SourceLine | null = null;
  return offset => {
    for (let line = lines[next]; line !== undefined && line.offset <= offset; line = lines[++next]) last = line.at;
    return last;
  };
}

function withTarget(
  does: Decoded,
  encoded: Encoded,
  relocation: Relocation | null,
  section: Section,
  at: number,
  names: Names,
): Operation {
  if (does.op === 'call') return { op: 'call', callee: calleeOf(does.how, encoded, relocation, section, at, names) };
  if (does.op === 'ld_imm64') {
    if (relocation !== null) return { ...does, target: targetOf(encoded, relocation, section, at, names) };
    return encoded.src === 0 ? does : section.bytes.fail(at, 'the address of a function without a relocation');
  }
  return relocation === null ? does : section.bytes.fail(at, 'a relocation of an instruction that has no place for it');
}

/** libbpf: `bpf_program__record_reloc`, `bpf_object__reloc_code`. */
function calleeOf(
  how: 'helper' | 'relative' | 'kfunc' | 'register',
  encoded: Encoded,
  relocation: Relocation | null,
  section: Section,
  at: number,
  names: Names,
): Callee {
  const fail = (problem: string): never => section.bytes.fail(at, problem);
  if (relocation === null) {
    if (how === 'register') return { kind: 'register', register: encoded.dst };
    if (how === 'helper') return { kind: 'helper', id: encoded.imm };
    if (how === 'kfunc') return fail('a call of a kernel function that is not named');
    if (section.index !== names.textSection) return fail('a call into its own section; libbpf wants callees in .text');
    return subprogram(section.index, at + SLOT + encoded.imm * SLOT);
  }
  const { symbol, type } = relocation;
  if (how !== 'relative') return fail(`a relocation of a call of another kind (${how})`);
  if (type !== 'R_BPF_64_32') return fail(`a call with relocation ${type}`);
  const extern = names.extern(symbol);
  if (extern !== null) {
    if (extern.kind !== 'func') return fail(`${quote(extern.name)} is called, but is no function`);
    return { kind: 'kfunc', name: extern.name };
  }
  if (symbol.section === null || symbol.section !== names.textSection) {
    return fail(`a call of ${quote(symbol.name)}; libbpf wants callees in .text`);
  }
  return subprogram(symbol.section, symbol.value + (encoded.imm + 1) * SLOT);

  function subprogram(of: number, offset: number): Callee {
    const name = names.functionAt(of, offset);
    return name === null ? fail(`a call of byte ${offset}, where no function begins`) : { kind: 'subprogram', name };
  }
}

/**
 * A local type id is what the relocation says; the instruction's constant "could get out of sync during linking"
 * (libbpf: `bpf_core_calc_relo_insn`). All other kinds depend on the kernel and stay as they are.
 */
function withLocalType(does: Operation, core: CoreRelocation, section: Section, at: number): Operation {
  if (core.kind !== 'BPF_CORE_TYPE_ID_LOCAL') return does;
  if (does.op === 'ld_imm64' && does.target === null) return { ...does, value: BigInt(core.typeId) };
  if ((does.op === 'alu' || does.op === 'store') && 'constant' in does.src) {
    return { ...does, src: { constant: core.typeId } };
  }
  return section.bytes.fail(at, 'a type id is to be put into an instruction without a constant');
}

function targetOf(encoded: Encoded, relocation: Relocation, section: Section, at: number, names: Names): Target {
  const fail = (problem: string): never => section.bytes.fail(at, problem);
  const { symbol, type } = relocation;
  if (type !== 'R_BPF_64_64') return fail(`an address with relocation ${type}`);
  const extern = names.extern(symbol);
  if (extern !== null) return { to: 'extern', name: extern.name };
  if (symbol.section === null || symbol.section === 0)
    return fail(`${quote(symbol.name)} is not defined in the object`);
  const place = symbol.value + encoded.imm;
  if (symbol.section === names.textSection) {
    const name = names.functionAt(symbol.section, place);
    return name === null
      ? fail(`the address of byte ${place} of .text, where no function begins`)
      : { to: 'function', name };
  }
  if (symbol.section === names.mapsSection) {
    const map = names.mapAt(place);
    return map === null ? fail(`the address of byte ${place} of .maps, where no map begins`) : { to: 'map', map };
  }
  const data = names.dataSection(symbol.section);
  if (data === null)
    return section.bytes.unsupported(at, `the address of ${quote(symbol.name)}, which is in no data section`);
  if (place < 0 || place >= data.size)
    return fail(`the address of byte ${place} of section ${quote(data.name)}, which has ${data.size}`);
  return { to: 'data', map: data.name, offset: place };
}

/** Kernel: `check_subprogs`. */
function checkJumps(instructions: readonly Instruction[], bytes: Bytes): void {
  const slots = new Set(instructions.map(i => i.slot));
  for (const { does, offset, slot } of instructions) {
    if (!('to' in does) || slots.has(does.to)) continue;
    const isInside = does.to > 0 && slots.has(does.to - 1) && slots.has(does.to + 1);
    bytes.fail(
      offset,
      isInside
        ? `a jump from slot ${slot} into the middle of the instruction at slot ${does.to - 1}`
        : `a jump from slot ${slot} to slot ${does.to}, out of the function`,
    );
  }
  const last = instructions.at(-1);
  if (last !== undefined && last.does.op !== 'exit' && last.does.op !== 'jump') {
    bytes.fail(last.offset, 'control runs past the end of the function');
  }
}
