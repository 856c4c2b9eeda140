/** What an unrolling starts from, and what it may ask of the file. */
import type { At, ProgramKind } from '../../../model/program.js';
import type { Problems } from '../../shared/problems.js';
import type { FunctionIr, Value } from '../ir.js';
import type { GlobalVar } from '../scope.js';

export interface UnrollContext {
  readonly problems: Problems;
  readonly loopBounds: Readonly<Record<string, number>>;
  /** Returns the instructions of a function of the file, or null if it has no body. */
  functionNamed(name: string): FunctionIr | null;
  /** Where a global variable is: its section and offset there. */
  globalAt(global: GlobalVar): { readonly map: string; readonly off: number };
  /** Elements a map has, or null if there is no such map. */
  mapEntries(name: string): number | null;
  /** A callback was given to a timer or a work queue inside a value of this struct type (null if it is unknown). */
  addAsync(fn: FunctionIr, kind: 'bpf_timer' | 'bpf_wq', holder: Value, at: At): void;
}

export interface Start {
  readonly fn: FunctionIr;
  readonly kind: ProgramKind;
  readonly name: string;
  readonly section: string;
  /** Async callbacks: the map whose element they get, and what calls them. */
  readonly async?: { readonly map: string; readonly kind: 'bpf_timer' | 'bpf_wq' };
}
