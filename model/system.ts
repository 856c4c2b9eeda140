/** A scenario as the model sees it: which programs run where, and what user space does meanwhile. */
import type { At, Program, Unit } from './program.js';

export type UserEvent =
  | {
      readonly event: 'update' | 'update_unmasked' | 'update_locked' | 'delete' | 'delete_inner' | 'read_locked';
      readonly map: string;
      readonly key: number;
    }
  | { readonly event: 'replace_inner'; readonly map: string; readonly key: number; readonly with: string }
  | { readonly event: 'mmap'; readonly section: string }
  | { readonly event: 'mmap_write'; readonly section: string; readonly var: string }
  | { readonly event: 'free_map'; readonly map: string }
  | { readonly event: 'unload'; readonly program: string };

export interface ProgramRun {
  readonly kind: 'program';
  readonly name: string;
  readonly program: Program;
  readonly cpu: number;
  readonly context: 'task' | 'irq' | 'nmi';
  /** Names of the runs inside which alone this one may start. */
  readonly interrupts: readonly string[];
  /** Which load of the object it belongs to, from 1. */
  readonly load: number;
}
export interface UserRun {
  readonly kind: 'user';
  readonly name: string;
  readonly events: readonly UserEvent[];
  readonly at: At;
}
export type RunSpec = ProgramRun | UserRun;

export interface SystemSpec {
  readonly unit: Unit;
  readonly runs: readonly RunSpec[];
  /** Keys that exist at the start, by hash map or map of maps. */
  readonly elements: ReadonlyMap<string, readonly number[]>;
}
