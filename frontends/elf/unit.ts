/** From a BPF object to the programs of the model: the front end's door for compiled files. */
import type { At, Unit } from '../../model/program.js';
import { classify } from '../shared/classify.js';
import type { Draft } from '../shared/graph.js';
import type { Problem } from '../shared/problems.js';
import { newProblems, Stop } from '../shared/problems.js';
import { simplify } from '../shared/simplify.js';
import type { BpfObject, ObjectError, ObjectFunction, ObjectProgram } from './object.js';
import { readObject } from './read.js';
import type { Code } from './registers.js';
import { codeOf } from './registers.js';
import { shapesOf } from './shapes.js';
import { boundOfLoop } from './walk/graph.js';
import type { Start, WalkContext } from './walk/start.js';
import { walk } from './walk/walk.js';

/** One program with the functions that are verified with it, or why it can't be read. */
export interface ElfProgram {
  readonly name: string;
  readonly program: ObjectProgram;
  readonly unit: Unit | null;
  readonly problems: readonly Problem[];
}

export type ElfResult =
  | { readonly ok: true; readonly object: BpfObject; readonly programs: readonly ElfProgram[] }
  | { readonly ok: false; readonly error: ObjectError };

const MOST_FUNCTIONS = 1000;
/** kernel: `license_is_gpl_compatible`. */
const GPL: ReadonlySet<string> = new Set([
  'GPL',
  'GPL v2',
  'GPL and additional rights',
  'Dual BSD/GPL',
  'Dual MIT/GPL',
  'Dual MPL/GPL',
]);
/** Types of the kernel that kptrs may point to; the object need not have them. */
const KERNEL_TYPES: ReadonlySet<string> = new Set([
  'task_struct',
  'cgroup',
  'cpumask',
  'bpf_cpumask',
  'nf_conn',
  'sk_buff',
]);
/**
 * The struct of a kptr that the kernel would look for in vain: in a value of these maps, or in what may be an object by its other
 * fields, which is looked at when the types are loaded (btf_parse_struct_metas).
 */
const lostKptr = (object: BpfObject, maps: ReadonlySet<string>): string | undefined => {
  const values = new Set(object.maps.flatMap(m => (maps.has(m.name) ? [m.valueType] : [])));
  const fields = object.structs.flatMap(s =>
    values.has(s.name) || s.fields.some(f => f.kind !== 'kptr') ? s.fields : [],
  );
  return fields.find(f => f.kind === 'kptr' && !isKnown(object, f.pointee))?.pointee;
};
const isKnown = (object: BpfObject, struct: string | undefined): boolean =>
  struct !== undefined && (KERNEL_TYPES.has(struct) || object.structs.some(s => s.name === struct));

/**
 * Returns the programs of an object, each as a unit of its own: with the global subprograms and callbacks it needs, as it is when
 * it is loaded by itself. A program that uses what we cannot follow has problems instead. Never throws.
 */
export function readElf(file: string, bytes: Uint8Array): ElfResult {
  const read = readObject(bytes, file);
  if (!read.ok) return read;
  const { object } = read;
  const codes = new Map<ObjectFunction, Code>();
  const code = (fn: ObjectFunction): Code => {
    const known = codes.get(fn) ?? codeOf(object, fn);
    codes.set(fn, known);
    return known;
  };
  const programs = object.programs.map((p): ElfProgram => ({ name: p.name, program: p, ...unitOf(object, p, code) }));
  return { ok: true, object, programs };
}

function unitOf(
  object: BpfObject,
  program: ObjectProgram,
  code: (fn: ObjectFunction) => Code,
): Pick<ElfProgram, 'unit' | 'problems'> {
  const problems = newProblems();
  const at: At = program.at ?? { file: object.file, line: 0, column: 0 };
  const starts: Start[] = [];
  const seen = new Set<string>();
  const add = (s: Start): void => {
    const key = `${s.kind} ${s.fn.name} ${s.async?.map ?? ''} ${s.async?.kind ?? ''}`;
    if (seen.has(key)) return;
    seen.add(key);
    starts.push(s);
  };
  // Beside other fields the kernel passes it over; alone, or beside another, it refuses the struct in ways of its own.
  const misaligned = object.fieldProblems.filter(p => p.message.includes('is not aligned'));
  const odd = misaligned.find(
    p =>
      object.structs.some(s => s.name === p.struct && s.fields.length === 0) ||
      misaligned.filter(q => q.struct === p.struct).length > 1,
  );
  if (odd !== undefined) problems.unsupported(`a special field that is not aligned: ${odd.field} of ${odd.struct}`, at);
  if (object.externs.some(e => e.kind === 'func') && !GPL.has(object.license))
    problems.unsupported('kernel functions in an object whose license is not compatible with the GPL', at);
  add({ fn: program, kind: 'program' });
  const byName = new Map<string, ObjectFunction>([...object.subprograms, ...object.programs].map(f => [f.name, f]));
  const context: WalkContext = {
    object,
    shapes: shapesOf(object),
    problems,
    codeOf: code,
    functionNamed: name => byName.get(name) ?? null,
    addAsync: (fn, kind, map) => {
      add({ fn, kind: 'async-callback', section: program.secName, async: { map, kind } });
    },
    addGlobal: fn => {
      add({ fn, kind: 'global', section: program.secName });
    },
  };
  try {
    const drafts: Draft[] = [];
    for (let i = 0; i < starts.length && i < MOST_FUNCTIONS; i++) {
      const start = starts[i];
      if (start !== undefined) drafts.push(simplify(walk(start, context), boundOfLoop, problems));
    }
    const lost = lostKptr(object, new Set(drafts.flatMap(d => d.maps)));
    if (lost !== undefined)
      problems.unsupported(`a kptr to struct ${lost}, which the types of the object do not have`, at);
    const classified = problems.list.length > 0 ? null : classify(drafts, problems);
    if (classified !== null && problems.list.length === 0)
      return {
        unit: {
          file: object.file,
          types: object.structs,
          maps: object.maps.map(m => ({ ...m, hasBtf: m.valueTypeId !== null || m.section !== undefined })),
          ...classified,
        },
        problems: [],
      };
  } catch (e) {
    // A mistake of ours must not look like a verdict.
    if (!(e instanceof Stop)) problems.unsupported(`this program (the reader failed: ${String(e).slice(0, 200)})`, at);
  }
  if (problems.list.length === 0) problems.unsupported('this program', at);
  return { unit: null, problems: problems.list };
}
