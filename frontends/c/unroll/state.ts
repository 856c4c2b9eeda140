/** A path that is being followed: the calls it is in, where it stands and what it knows. */
import type { At, Operand } from '../../../model/program.js';
import type { DraftEvent } from '../../shared/graph.js';
import { environmentKey, type Binding, type Environment, type Known } from '../../shared/values.js';
import type { FunctionIr, Instruction, LocalPlace } from '../ir.js';
import type { LocalVar } from '../scope.js';
import { UNKNOWN } from '../types.js';

/** What to do when a function returns. */
export type Return =
  | { readonly kind: 'program' }
  | { readonly kind: 'static' | 'global'; readonly to: LocalPlace | null; readonly only: 'machine' | undefined }
  | { readonly kind: 'callback'; readonly pending: Pending };

export interface Frame {
  readonly ir: FunctionIr;
  /** Where the caller goes on. */
  readonly resume: number;
  readonly back: Return;
}

/** A call of a function that calls back, between two calls back. */
export interface Pending {
  readonly kind: 'bpf_for_each_map_elem' | 'bpf_loop' | 'less';
  readonly callback: string;
  readonly bound: number;
  readonly to: LocalPlace | null;
  readonly at: At;
  readonly done: DraftEvent;
  readonly context: Known;
  readonly map: string;
  readonly tree: { readonly root: Operand; readonly node: Operand } | null;
  /** The callback said stop. */
  readonly stopped: boolean;
  /** Who follows the path of the call itself. */
  readonly only: 'machine' | undefined;
}

/** A point where a path may go on later: what is known there, of which a node is made. */
export interface State {
  readonly frames: readonly Frame[];
  readonly pc: number;
  readonly env: Environment;
  readonly only: 'machine' | undefined;
  readonly pending: Pending | null;
  readonly trips: ReadonlyMap<string, number>;
}

/** The present point of a path. */
export interface Cursor {
  node: number;
  frames: readonly Frame[];
  pc: number;
  env: Map<string, Binding>;
  only: 'machine' | undefined;
  trips: ReadonlyMap<string, number>;
}

export function top(c: { readonly frames: readonly Frame[] }): Frame {
  const frame = c.frames.at(-1);
  if (frame === undefined) throw new Error('a path without a frame');
  return frame;
}

export const stateOf = (c: Cursor, pc: number): State => ({
  frames: c.frames,
  pc,
  env: new Map(c.env),
  only: c.only,
  pending: null,
  trips: c.trips,
});

/** The instruction that a path comes to. */
export const instructionAt = (c: Cursor): Instruction | undefined => top(c).ir.code[c.pc];

const DUMMY: LocalVar = {
  id: -1,
  fn: '',
  name: '',
  type: UNKNOWN,
  at: { file: '', line: 0, column: 0 },
  isTemp: true,
  isAddressTaken: false,
};

/** Returns a text that is equal for calls that go on alike. */
const pendingKey = (p: Pending): string =>
  JSON.stringify({
    ...p,
    context: environmentKey(new Map([['', { local: DUMMY, off: 0, known: p.context }]])),
    to: p.to === null ? '' : p.to.local.id,
  });

/** Returns a text that is equal for states which may share a node. How often loops went round is not part of it. */
export function stateKey(state: State, env: Environment): string {
  // What a callback returns to is part of where it is: its variables alone do not tell.
  const stack = state.frames.map(
    f => `${f.ir.decl.name}/${f.resume}${f.back.kind === 'callback' ? pendingKey(f.back.pending) : ''}`,
  );
  const pending = state.pending === null ? '' : pendingKey(state.pending);
  return `${stack.join('>')}|${state.pc}|${state.only ?? ''}|${pending}|${environmentKey(env)}`;
}
