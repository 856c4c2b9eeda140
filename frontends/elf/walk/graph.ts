/** The graph that a walk writes down: its nodes and edges, the places of instructions, and the points it has yet to come to. */
import type { At } from '../../../model/program.js';
import type { Loop } from '../../c/ir.js';
import type { DraftEdge, DraftEvent } from '../../shared/graph.js';
import type { Instruction } from '../object.js';
import { envKey, registerOf, testedCellOf } from './keys.js';
import type { Start, WalkContext } from './start.js';
import type { Cursor, Pending, State } from './state.js';
import { here, isCellUsed, stateAt, top } from './state.js';

const MOST_NODES = 100_000;

/** Loops that the verifier follows until nothing is new; verdicts need no bound. */
export const LOOP: Loop = { fn: '', name: '', at: { file: '', line: 0, column: 0 }, assigned: [] };
export const boundOfLoop = (): number => 1;

/** Returns a text that is equal for calls that go on alike. */
const pendingKey = (p: Pending): string => JSON.stringify({ ...p, context: envKey(new Map([['', p.context]])) });

export interface Graph {
  readonly entry: number;
  readonly exit: number;
  readonly startAt: At;
  readonly edges: readonly DraftEdge[];
  /** Maps that are used, and types that are allocated. */
  readonly maps: readonly string[];
  readonly types: readonly string[];
  /** How many nodes there are. */
  readonly size: () => number;
  readonly useMap: (name: string) => void;
  readonly useType: (name: string) => void;
  readonly where: (c: Cursor) => At;
  /** The walk ends here: a problem at the present instruction. */
  readonly stop: (c: Cursor, what: string) => never;
  readonly newNode: () => number;
  /** The node of a state: of one that is new, to be walked from later. */
  readonly nodeFor: (state: State) => number;
  /** An edge from the present point to another; the path stays where it is. */
  readonly emitTo: (c: Cursor, to: number, does: DraftEvent, more?: Partial<DraftEdge>) => void;
  /** An edge to a new node, where the path goes on. */
  readonly emit: (c: Cursor, does: DraftEvent) => void;
  /** An edge to an instruction where paths may meet. */
  readonly goTo: (c: Cursor, pc: number, does?: DraftEvent) => void;
  /** Takes a state that nobody has walked from yet. */
  readonly take: () => { readonly state: State; readonly node: number } | undefined;
}

export function newGraph(start: Start, { object, problems }: WalkContext): Graph {
  const edges: DraftEdge[] = [];
  const maps: string[] = [];
  const types: string[] = [];
  const nodes = new Map<string, number>();
  const work: { state: State; node: number }[] = [];
  let count = 0;

  const atOf = (i: Instruction | undefined): At => {
    const line = i?.at ?? start.fn.at;
    const insn = i === undefined ? {} : { insn: i.slot };
    return line === null
      ? { file: object.file, line: 0, column: 0, ...insn }
      : { file: line.file, line: line.line, column: line.column, ...insn };
  };
  const startAt = atOf(start.fn.instructions[0]);
  const newNode = (): number => {
    if (count > MOST_NODES) problems.stopUnsupported('a program of this size (too many paths)', startAt);
    return count++;
  };
  const entry = newNode();
  const exit = newNode();
  const where = (c: Cursor): At => atOf(here(c));
  const stop = (c: Cursor, what: string): never => problems.stopUnsupported(what, where(c));
  const emitTo = (c: Cursor, to: number, does: DraftEvent, more: Partial<DraftEdge> = {}): void => {
    edges.push({ from: c.node, to, does, at: where(c), ...more });
  };
  const emit = (c: Cursor, does: DraftEvent): void => {
    const to = newNode();
    emitTo(c, to, does);
    c.node = to;
  };

  const nodeFor = (state: State): number => {
    const depth = state.frames.length - 1;
    const frame = top(state);
    const live = state.pending === null ? frame.code.live(state.pc) : -1;
    const env = new Map(
      [...state.env].filter(([key]) => {
        const r = registerOf(key);
        return r === null || r.depth !== depth || (live & (1 << r.n)) !== 0;
      }),
    );
    for (const key of env.keys()) {
      const cell = testedCellOf(key);
      if (cell !== null && !isCellUsed(env, cell)) env.delete(key);
    }
    // What a callback returns to is part of where it is: its registers alone do not tell.
    const stack = state.frames.map(
      f => `${f.fn.name}/${f.resume}${f.back.kind === 'callback' ? pendingKey(f.back.pending) : ''}`,
    );
    const pending = state.pending === null ? '' : pendingKey(state.pending);
    const key = `${stack.join('>')}|${state.pc}|${pending}|${envKey(env)}`;
    const known = nodes.get(key);
    if (known !== undefined) return known;
    const node = newNode();
    nodes.set(key, node);
    work.push({ state: { ...state, env }, node });
    return node;
  };

  return {
    entry,
    exit,
    startAt,
    edges,
    maps,
    types,
    size: () => count,
    useMap(name) {
      if (!maps.includes(name)) maps.push(name);
    },
    useType(name) {
      if (!types.includes(name)) types.push(name);
    },
    where,
    stop,
    newNode,
    nodeFor,
    emitTo,
    emit,
    goTo(c, pc, does = { event: 'jump' }) {
      emitTo(c, nodeFor(stateAt(c, pc)), does, { loop: LOOP });
    },
    take: () => work.pop(),
  };
}
