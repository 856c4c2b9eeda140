/** What a walk is given: where it begins, and what it may ask about the object. */
import type { ProgramKind } from '../../../model/program.js';
import type { Problems } from '../../shared/problems.js';
import type { BpfObject, ObjectFunction, ObjectProgram } from '../object.js';
import type { Code } from '../registers.js';
import type { Shapes } from '../shapes.js';

/** Where a walk begins. */
export interface Start {
  readonly fn: ObjectFunction | ObjectProgram;
  readonly kind: ProgramKind;
  /** Of what is loaded with a program: its section. */
  readonly section?: string;
  /** Async callbacks: the map whose element they get, and what calls them. */
  readonly async?: { readonly map: string; readonly kind: 'bpf_timer' | 'bpf_wq' };
}

/** The section that says what the walk may do; empty where no section does. */
export const sectionOf = ({ section, kind, fn }: Start): string =>
  section ?? (kind === 'program' && 'secName' in fn ? fn.secName : '');

export interface WalkContext {
  readonly object: BpfObject;
  readonly shapes: Shapes;
  readonly problems: Problems;
  readonly functionNamed: (name: string) => ObjectFunction | null;
  readonly codeOf: (fn: ObjectFunction) => Code;
  /** A function was given to a timer or a work queue in a value of this map. */
  readonly addAsync: (fn: ObjectFunction, kind: 'bpf_timer' | 'bpf_wq', map: string) => void;
  readonly addGlobal: (fn: ObjectFunction) => void;
}
