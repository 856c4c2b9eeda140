/**
 * A BPF ELF object as plain data: what the compiler and libbpf's conventions put into it, before anybody asks what it means.
 *
 * Reading fails on anything that is malformed, so that whoever lowers instructions to events finds every name resolved.
 */
import type { At, Field, MapDef, StructType } from '../../model/program.js';
import type { Btf } from './btf-type.js';
import type { CoreRelocation } from './core-relocation.js';
import type { Operation } from './operation.js';
import type { ProgramType } from '../shared/section-types.js';

export interface BpfObject {
  readonly file: string;
  /** Text of section `license`; empty if there is none. */
  readonly license: string;
  readonly btf: Btf;
  /** Named structs of the BTF but locks, nodes and the like, then values of maps and data sections. No two have one name. */
  readonly structs: readonly ObjectStruct[];
  /** Names in `structs` of BTF structs, by type id. Anonymous structs that are no map value have none. */
  readonly structNames: ReadonlyMap<number, string>;
  /** Maps of `.maps` by place, the template of an inner map before its outer map; then data sections. */
  readonly maps: readonly ObjectMap[];
  /** In the order of their place in the file; autoload or not. */
  readonly programs: readonly ObjectProgram[];
  /** Functions of `.text`. */
  readonly subprograms: readonly ObjectFunction[];
  readonly externs: readonly Extern[];
  /** What is wrong with special fields, kernel structs included; whether it matters depends on their use (kernel: `btf_parse_fields`). */
  readonly fieldProblems: readonly FieldProblem[];
}

/** `at` of structs, fields and maps is only the file: BTF keeps no lines of declarations. */
export interface ObjectStruct extends StructType {
  /** Null for a value that is only a number of bytes, and for a data section without BTF. */
  readonly typeId: number | null;
  readonly fields: readonly ObjectField[];
}

export type KptrTag = 'kptr' | 'kptr_untrusted' | 'percpu_kptr' | 'uptr';

export interface ObjectField extends Field {
  /** Kptrs: which kind of pointer, and the BTF id of what it points to. */
  readonly kptr?: { readonly tag: KptrTag; readonly typeId: number };
}

/** A special field that is not as the kernel wants it. */
export interface FieldProblem {
  readonly struct: string;
  readonly field: string;
  readonly message: string;
  /** The kernel takes the field as plain bytes, and its struct does not list it. Otherwise it refuses the whole struct. */
  readonly isIgnored: boolean;
}

/** A map; `MapDef` and what only instructions need. A data section is named after the ELF section. */
export interface ObjectMap extends MapDef {
  readonly keySize: number;
  readonly valueSize: number;
  /** BTF ids; null if only sizes were given. */
  readonly keyTypeId: number | null;
  readonly valueTypeId: number | null;
  readonly mapFlags: number;
  readonly mapExtra: bigint;
  /** Data sections: the bytes at load time, null for `.bss`. */
  readonly bytes: Uint8Array | null;
}

/** A function symbol of an executable section and its instructions. */
export interface ObjectFunction {
  readonly name: string;
  /** ELF section, as it is spelled there. */
  readonly section: string;
  /** Of its first instruction, in bytes from the start of the section. */
  readonly offset: number;
  /** A global symbol that is not hidden: verified on its own. libbpf makes hidden ones static (`mark_btf_static`). */
  readonly isGlobal: boolean;
  readonly isWeak: boolean;
  /** BTF id of its `func`, from func_info; null without it. */
  readonly typeId: number | null;
  readonly instructions: readonly Instruction[];
  /** Declaration tags on the function, such as `exception_callback:...`. */
  readonly tags: readonly string[];
  /** Where its first instruction comes from. */
  readonly at: SourceLine | null;
}

export interface ObjectProgram extends ObjectFunction {
  /** SEC name without a leading `?`. */
  readonly secName: string;
  /** False if the SEC name begins with `?`: libbpf loads it only when told to. */
  readonly autoload: boolean;
  readonly type: ProgramType;
  /** The SEC prefix that decided the type, such as `fentry.s+`. */
  readonly secPrefix: string;
  readonly sleepable: boolean;
}

/** One instruction; the two halves of a `ld_imm64` are one. */
export interface Instruction {
  /** Place in the function in slots of 8 bytes, as jumps count and as the verifier's log prints. */
  readonly slot: number;
  /** In bytes from the start of the section. */
  readonly offset: number;
  readonly does: Operation;
  readonly encoded: Encoded;
  /** A CO-RE relocation of this instruction, if any: only local type ids are what they will be at load time. */
  readonly core: CoreRelocation | null;
  /** The source line of it, or of the nearest instruction before it that has one. */
  readonly at: SourceLine | null;
}

/** The fields of the first 8 bytes as they are in the file, before relocation. */
export interface Encoded {
  readonly opcode: number;
  readonly dst: number;
  readonly src: number;
  readonly off: number;
  readonly imm: number;
}

export interface SourceLine extends At {
  /** The line itself, empty if the compiler left it out. */
  readonly text: string;
}

/** Something the kernel has to provide. */
export interface Extern {
  readonly name: string;
  readonly section: '.ksyms' | '.kconfig';
  readonly kind: 'func' | 'var';
  /** BTF id of the `func` or `var`. */
  readonly typeId: number;
  readonly isWeak: boolean;
}

/** Why an object could not be read. `message` is one line that names section and byte offset. */
export interface ObjectError {
  /** `unsupported`: well formed, but of a kind we do not read, such as legacy maps. */
  readonly kind: 'input-error' | 'unsupported';
  readonly message: string;
  readonly file: string;
  /** Empty where the file itself is meant. */
  readonly section: string;
  /** In bytes from the start of the section, or of the file. */
  readonly offset: number;
}

export type ObjectResult =
  { readonly ok: true; readonly object: BpfObject } | { readonly ok: false; readonly error: ObjectError };
