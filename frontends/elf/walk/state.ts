/** A point of a path: the functions that it is in, its instruction, and what it knows of registers and the stack. */
import type { At, Operand } from '../../../model/program.js';
import type { DraftEvent } from '../../shared/graph.js';
import type { Known } from '../../shared/values.js';
import type { Instruction, ObjectFunction } from '../object.js';
import type { Code } from '../registers.js';
import { reg } from './keys.js';

export type Back =
  { readonly kind: 'program' } | { readonly kind: 'static' } | { readonly kind: 'callback'; readonly pending: Pending };

export interface Frame {
  readonly fn: ObjectFunction;
  readonly code: Code;
  /** Slot of the caller's next instruction; of the call, for callbacks. */
  readonly resume: number;
  readonly back: Back;
}

/** A call of a function that calls back, between two calls back. */
export interface Pending {
  readonly kind: 'bpf_for_each_map_elem' | 'bpf_loop' | 'less';
  readonly callback: string;
  readonly at: At;
  readonly done: DraftEvent;
  readonly context: Known;
  readonly map: string;
  readonly tree: { readonly root: Operand; readonly node: Operand } | null;
  readonly constants: readonly { readonly key: string; readonly size: number; readonly value: number }[];
}

export type Env = Map<string, Known>;

export interface State {
  readonly frames: readonly Frame[];
  readonly pc: number;
  readonly env: ReadonlyMap<string, Known>;
  readonly pending: Pending | null;
}

/** The present point of a path. */
export interface Cursor {
  node: number;
  frames: readonly Frame[];
  pc: number;
  env: Env;
}

export const OPAQUE: Known = { kind: 'opaque', cell: null, trusted: true };
/** A pointer that was found in memory: whether it may be followed is not known. */
export const LOADED: Known = { kind: 'opaque', cell: null, trusted: false };
export const KERNEL: Known = { kind: 'kernel' };

export const depthOf = (c: { readonly frames: readonly unknown[] }): number => c.frames.length - 1;
export const top = (c: { readonly frames: readonly Frame[] }): Frame => {
  const frame = c.frames.at(-1);
  if (frame === undefined) throw new Error('a path without a frame');
  return frame;
};
export const here = (c: Cursor): Instruction | undefined => top(c).code.at(c.pc);
export const next = (c: Cursor): number => top(c).code.next(c.pc);
export const copyOf = (c: Cursor): Cursor => ({ ...c, env: new Map(c.env) });
export const stateAt = (c: Cursor, pc: number): State => ({ frames: c.frames, pc, env: new Map(c.env), pending: null });

export const isPointer = (k: Known): boolean => k.kind !== 'int' && k.kind !== 'cell' && k.kind !== 'range';
const uses = (env: ReadonlyMap<string, Known>, test: (k: Known) => boolean): boolean => [...env.values()].some(test);
export const isCellUsed = (env: ReadonlyMap<string, Known>, cell: string): boolean =>
  uses(env, v => v.kind === 'cell' && v.cell === cell);
/** Whether a path may still come to what is in the slot: it is at hand, or a call that calls back was given it. */
export const isUsed = (c: Cursor, slot: number): boolean =>
  uses(c.env, v => v.kind === 'slot' && v.slot === slot) ||
  c.frames.some(({ back }) => {
    if (back.kind !== 'callback') return false;
    const { tree, context: given } = back.pending;
    return (given.kind === 'slot' && given.slot === slot) || tree?.root.slot === slot || tree?.node.slot === slot;
  });

/** After a call, nothing is known of the registers of its arguments and its result. */
export const clearArguments = (c: Cursor): void => {
  for (const n of [0, 1, 2, 3, 4, 5]) c.env.delete(reg(depthOf(c), n));
};
