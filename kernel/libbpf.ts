/**
 * The part of libbpf that opens and loads objects; nothing that attaches, pins or runs is even bound. Only the child process
 * loads this: a crash of native code is a crash of the process.
 */
import type { Lack } from './answer.js';

/** An address in native memory; 0 is NULL. */
export type Address = bigint;
const NULL = 0n;

export interface Program {
  readonly name: string;
  readonly section: string;
  readonly at: Address;
}

/** An open object. It can be loaded once; close it in any case. */
export interface OpenObject {
  readonly programs: readonly Program[];
  /** Loads one program and the maps of the object. Returns 0, or the negated error number. */
  readonly loadOnly: (program: Program) => number;
  /** What the verifier wrote about the program loaded last. */
  readonly log: () => string;
  readonly close: () => void;
}

export interface Libbpf {
  readonly version: string;
  /** Warnings since the last call. */
  readonly takeWarnings: () => readonly string[];
  /** Returns the object, or the error number. */
  readonly open: (path: string) => OpenObject | { readonly errno: number };
  /** Loads the smallest socket filter there is: positive iff the kernel takes it. */
  readonly probe: () => number;
}

export class LibbpfMissing extends Error {
  constructor(
    readonly lack: Lack,
    detail: string,
  ) {
    super(detail);
  }
}

const LOG_BYTES = 1 << 20;
/** The kernel's BTF log and libbpf's warnings are printed whole. */
const PRINT_BYTES = 1 << 18;
/** `enum libbpf_print_level`: warnings and worse. */
const LIBBPF_WARN = 0;
const SOCKET_FILTER = 1;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const importKoffi = async () => {
  try {
    return await import('koffi');
  } catch (error) {
    throw new LibbpfMissing('koffi', messageOf(error));
  }
};

/** Throws LibbpfMissing if koffi or libbpf is not installed. */
export const loadLibbpf = async (): Promise<Libbpf> => {
  const koffi = await importKoffi();
  const open = (name: string) => {
    try {
      return koffi.load(name);
    } catch (error) {
      throw new LibbpfMissing('libbpf', messageOf(error));
    }
  };
  const bpf = open('libbpf.so.1');
  const libc = open('libc.so.6');

  const textAt = (at: Address, bytes: number): string => {
    const buffer = Buffer.from(koffi.view(at, bytes));
    const end = buffer.indexOf(0);
    return buffer.toString('utf8', 0, end < 0 ? bytes : end);
  };

  // On the System V and ARM 64 ABIs a va_list that is passed on is an address.
  const vsnprintf = libc.func('vsnprintf', 'int', ['void *', 'size_t', 'void *', 'void *']) as (
    to: Address,
    bytes: number,
    format: Address,
    list: Address,
  ) => number;
  const printed = koffi.alloc('char', PRINT_BYTES) as Address;
  let warnings: string[] = [];
  const print = (level: number, format: Address, list: Address): number => {
    if (level > LIBBPF_WARN) return 0;
    vsnprintf(printed, PRINT_BYTES, format, list);
    warnings.push(
      textAt(printed, PRINT_BYTES)
        .replace(/^libbpf: /, '')
        .trimEnd(),
    );
    return 0;
  };
  const printFunction = koffi.proto('int holdfast_print(int level, void *format, void *list)');
  bpf.func('libbpf_set_print', 'void *', [koffi.pointer(printFunction)])(
    koffi.register(print, koffi.pointer(printFunction)),
  );

  const bind = (name: string, result: string, parameters: readonly string[]): unknown =>
    bpf.func(name, result, [...parameters]);
  type Next = (object: Address, before: Address) => Address | null;
  const openFile = bind('bpf_object__open_file', 'void *', ['const char *', 'void *']) as (
    path: string,
    options: null,
  ) => Address | null;
  const nextProgram = bind('bpf_object__next_program', 'void *', ['void *', 'void *']) as Next;
  const nextMap = bind('bpf_object__next_map', 'void *', ['void *', 'void *']) as Next;
  const setPinPath = bind('bpf_map__set_pin_path', 'int', ['void *', 'const char *']) as (
    map: Address,
    p: null,
  ) => number;
  const programName = bind('bpf_program__name', 'const char *', ['void *']) as (program: Address) => string;
  const sectionName = bind('bpf_program__section_name', 'const char *', ['void *']) as (program: Address) => string;
  const setAutoload = bind('bpf_program__set_autoload', 'int', ['void *', 'bool']) as (
    program: Address,
    on: boolean,
  ) => number;
  const setLogBuffer = bind('bpf_program__set_log_buf', 'int', ['void *', 'void *', 'size_t']) as (
    program: Address,
    buffer: Address,
    bytes: number,
  ) => number;
  const setLogLevel = bind('bpf_program__set_log_level', 'int', ['void *', 'uint32_t']) as (
    program: Address,
    level: number,
  ) => number;
  const load = bind('bpf_object__load', 'int', ['void *']) as (object: Address) => number;
  const close = bind('bpf_object__close', 'void', ['void *']) as (object: Address) => void;
  const probeType = bind('libbpf_probe_bpf_prog_type', 'int', ['int', 'void *']) as (type: number, o: null) => number;
  const version = (bind('libbpf_version_string', 'const char *', []) as () => string)();

  const each = (object: Address, next: Next): readonly Address[] => {
    const found: Address[] = [];
    for (let at = next(object, NULL) ?? NULL; at !== NULL; at = next(object, at) ?? NULL) found.push(at);
    return found;
  };
  const log = koffi.alloc('char', LOG_BYTES) as Address;

  const openObject: Libbpf['open'] = path => {
    const object = openFile(path, null) ?? NULL;
    if (object === NULL) return { errno: koffi.errno() };
    const programs = each(object, nextProgram).map(at => ({
      at,
      name: programName(at),
      section: sectionName(at).replace(/^\?/, ''),
    }));
    return {
      programs,
      loadOnly: program => {
        // A map that is to be pinned would be: libbpf pins when it loads.
        for (const map of each(object, nextMap)) setPinPath(map, null);
        for (const p of programs) setAutoload(p.at, p.at === program.at);
        koffi.encode(log, 'char', 0);
        setLogBuffer(program.at, log, LOG_BYTES);
        setLogLevel(program.at, 1);
        return load(object);
      },
      log: () => textAt(log, LOG_BYTES),
      close: () => {
        close(object);
      },
    };
  };

  return {
    version,
    open: openObject,
    probe: () => probeType(SOCKET_FILTER, null),
    takeWarnings: () => {
      const taken = warnings;
      warnings = [];
      return taken;
    },
  };
};
