/**
 * Runs a function symbolically, once for each combination of loop counters and aliases, and writes down the program graph.
 *
 * Static calls are inlined and constant loops unrolled because a point of the graph is a point of the code *and* what is known there.
 */
import type { At, Operand, ProgramKind } from '../../model/program.js';
import { emitCall, type Call } from '../shared/calls.js';
import type { Cell, Draft, DraftEdge, DraftEvent, Fact } from '../shared/graph.js';
import type { Argument, FunctionIr, Instruction, LocalPlace, Loop, Place, Test, Value } from './ir.js';
import { applyOperator } from './preprocess.js';
import { unreachable, type Problems } from '../shared/problems.js';
import { hasSocketBuffer } from '../shared/section-types.js';
import type { GlobalVar, LocalVar } from './scope.js';
import { convert, INT, isKptr, rangeOf, specialKind, UNKNOWN, type CType } from './types.js';
import {
  anyOf, cellKey, decided, environmentKey, satisfying, type Binding, type Environment, type Known,
} from '../shared/values.js'; // prettier-ignore

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

const MOST_NODES = 20_000;
const MOST_ITERATIONS = 64;
const MOST_FRAMES = 16;
const MOST_LEAVES = 64;
const SMALL = 8;

/** What to do when a function returns. */
type Return =
  | { readonly kind: 'program' }
  | { readonly kind: 'static' | 'global'; readonly to: LocalPlace | null; readonly only: 'machine' | undefined }
  | { readonly kind: 'callback'; readonly pending: Pending };

interface Frame {
  readonly ir: FunctionIr;
  /** Where the caller goes on. */
  readonly resume: number;
  readonly back: Return;
}

/** A call of a function that calls back, between two calls back. */
interface Pending {
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

interface State {
  readonly frames: readonly Frame[];
  readonly pc: number;
  readonly env: Environment;
  readonly only: 'machine' | undefined;
  readonly pending: Pending | null;
  readonly trips: ReadonlyMap<string, number>;
}

/** The present point of a path. */
interface Cursor {
  node: number;
  frames: readonly Frame[];
  pc: number;
  env: Map<string, Binding>;
  only: 'machine' | undefined;
  trips: ReadonlyMap<string, number>;
}

/** Thrown to begin again with one more loop kept as a loop. */
class KeepLoop {
  constructor(readonly name: string) {}
}

/** Returns the graph of one program. Stops (problem collected) at what it cannot follow. */
export function unroll(start: Start, context: UnrollContext): Draft {
  const kept = new Set<string>();
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      return attemptUnroll(start, context, kept);
    } catch (e) {
      if (!(e instanceof KeepLoop)) throw e;
      kept.add(e.name);
    }
  }
  return context.problems.stopUnsupported('more than 20 loops that are not unrolled', start.fn.decl.at);
}

const boundOf = (context: UnrollContext, loop: Loop): number | undefined =>
  context.loopBounds[loop.name] ?? context.loopBounds[loop.fn];

function attemptUnroll(start: Start, context: UnrollContext, kept: ReadonlySet<string>): Draft {
  const { problems } = context;
  const edges: DraftEdge[] = [];
  const slots: string[] = [];
  const slotIndex = new Map<string, number>();
  const cells = new Map<string, Cell>();
  const facts = new Map<string, Fact>();
  const maps: string[] = [];
  const types: string[] = [];
  const nodes = new Map<string, number>();
  const work: { state: State; node: number }[] = [];
  let count = 0;

  const newNode = (): number => {
    if (count > MOST_NODES) problems.stopUnsupported('a program of this size (too many paths)', start.fn.decl.at);
    return count++;
  };
  const entry = newNode();
  const exit = newNode();

  const slotFor = (key: string, name: string): number => {
    const known = slotIndex.get(key);
    if (known !== undefined) return known;
    slots.push(name);
    slotIndex.set(key, slots.length - 1);
    return slots.length - 1;
  };
  const nameOf = (local: LocalVar, off: number): string => {
    const path = local.name + pathAt(local.type, off);
    return local.fn === start.fn.decl.name ? path : `${path}@${local.fn}`;
  };
  const slotOf = (local: LocalVar, off: number): number => slotFor(cellKey(local, off), nameOf(local, off));
  const cellOf = (local: LocalVar, off: number, type: CType): string => {
    const key = cellKey(local, off);
    if (!cells.has(key)) cells.set(key, { index: cells.size, name: nameOf(local, off), type });
    return key;
  };
  const namedCell = (key: string, name: string): string => {
    if (!cells.has(key))
      cells.set(key, {
        index: cells.size,
        name,
        type: { kind: 'int', size: 8, signed: true, bool: false, name: 'key' },
      });
    return key;
  };
  const useMap = (name: string): void => {
    if (!maps.includes(name)) maps.push(name);
  };

  const addEdge = (edge: DraftEdge): void => {
    edges.push(edge);
  };
  const emitTo = (c: Cursor, to: number, does: DraftEvent, at: At, more: Partial<DraftEdge> = {}): void => {
    addEdge({ from: c.node, to, does, at, ...(c.only === undefined ? {} : { only: c.only }), ...more });
  };
  const emit = (c: Cursor, does: DraftEvent, at: At): void => {
    const to = newNode();
    emitTo(c, to, does, at);
    c.node = to;
  };

  const top = (c: { readonly frames: readonly Frame[] }): Frame => {
    const frame = c.frames.at(-1);
    if (frame === undefined) throw new Error('a path without a frame');
    return frame;
  };

  /** Returns the node of a state, and puts new ones on the list of work. What is dead at a label is forgotten first. */
  const nodeFor = (state: State): number => {
    const frame = top(state);
    const live = frame.ir.live.get(state.pc);
    let env = state.env;
    if (live !== undefined) {
      env = new Map([...env].filter(([, b]) => b.local.fn !== frame.ir.decl.name || live.has(b.local.id)));
    }
    const stack = state.frames.map(f => `${f.ir.decl.name}/${f.resume}`).join('>');
    const pending =
      state.pending === null
        ? ''
        : JSON.stringify({
            ...state.pending,
            context: environmentKey(new Map([['', { local: DUMMY, off: 0, known: state.pending.context }]])),
            to: state.pending.to === null ? '' : state.pending.to.local.id,
          });
    const key = `${stack}|${state.pc}|${state.only ?? ''}|${pending}|${environmentKey(env)}`;
    const known = nodes.get(key);
    if (known !== undefined) return known;
    const node = newNode();
    nodes.set(key, node);
    work.push({ state: { ...state, env }, node });
    return node;
  };
  const stateOf = (c: Cursor, pc: number): State => ({
    frames: c.frames,
    pc,
    env: new Map(c.env),
    only: c.only,
    pending: null,
    trips: c.trips,
  });
  const at = (c: Cursor): Instruction | undefined => top(c).ir.code[c.pc];

  // ---- values ---------------------------------------------------------------------------------------------------------

  const loadGlobal = (c: Cursor, global: GlobalVar, off: number, where: At, into: number | null): Known => {
    const found = context.globalAt(global);
    useMap(found.map);
    const slot = into ?? slotFor(`global ${global.name} ${top(c).ir.decl.name} ${mention++}`, `&${global.name}`);
    emit(c, { event: 'global', dst: slot, map: found.map, off: found.off }, where);
    return { kind: 'slot', slot, add: off, vague: false };
  };
  // counts the mentions of globals in one instruction, so that later instructions can use the same temporary slots again
  let mention = 0;

  const indexSum = (c: Cursor, place: Place, where: At): number | null => {
    let sum = place.off;
    for (const index of place.index) {
      const known = evaluate(c, index.value, where);
      if (known.kind !== 'int') return null;
      sum += known.value * index.scale;
    }
    return sum;
  };

  const readLocal = (local: LocalVar, off: number, type: CType): Known => {
    if (type.kind === 'pointer' || type.kind === 'unknown')
      return { kind: 'slot', slot: slotOf(local, off), add: 0, vague: false };
    if (type.kind !== 'int') return { kind: 'opaque', cell: null, trusted: true };
    return { kind: 'cell', cell: cellOf(local, off, type) };
  };
  const currentLocal = (c: Cursor, local: LocalVar, off: number, type: CType, where: At): Known => {
    if (isFollowed(local.type, off, type)) return c.env.get(cellKey(local, off))?.known ?? readLocal(local, off, type);
    if (type.kind === 'int') return anyOf(type);
    return problems.stopUnsupported(`a pointer in a part of \`${local.name}\` that is not declared as one`, where);
  };

  const evaluate = (c: Cursor, value: Value, where: At, into: number | null = null): Known => {
    switch (value.kind) {
      case 'int':
        return { kind: 'int', value: value.value };
      case 'any':
        return value.type.kind === 'int' ? anyOf(value.type) : { kind: 'opaque', cell: null, trusted: true };
      case 'function':
      case 'map':
        if (value.kind === 'map') useMap(value.name);
        return value;
      case 'text':
        return value;
      case 'local': {
        const off = indexSum(c, value.place, where);
        if (off === null) {
          if (value.place.type.kind === 'int') return anyOf(value.place.type);
          return problems.stopUnsupported('an array of pointers with a variable index', where);
        }
        return currentLocal(c, value.place.local, off, value.place.type, where);
      }
      case 'address':
        return addressOf(c, value.place, where, into);
      default:
        return unreachable(value);
    }
  };

  const addressOf = (c: Cursor, place: Place, where: At, into: number | null = null): Known => {
    const sum = indexSum(c, place, where);
    const off = sum ?? place.off;
    const vague = sum === null;
    if (place.base === 'local') return { kind: 'alias', local: place.local, off, vague };
    if (place.base === 'global') {
      const known = loadGlobal(c, place.global, off, where, into);
      return known.kind === 'slot' ? { ...known, vague } : known;
    }
    const pointer = evaluate(c, place.pointer, where);
    switch (pointer.kind) {
      case 'slot':
        return { ...pointer, add: pointer.add + off, vague: pointer.vague || vague };
      case 'alias':
        return { ...pointer, off: pointer.off + off, vague: pointer.vague || vague };
      case 'int':
        return vague ? { kind: 'opaque', cell: null, trusted: false } : { kind: 'int', value: pointer.value + off };
      case 'opaque':
        return { kind: 'opaque', cell: null, trusted: pointer.trusted };
      default:
        return { kind: 'kernel' };
    }
  };

  const bindings = (c: Cursor, local: LocalVar, off: number, known: Known): void => {
    c.env.set(cellKey(local, off), { local, off, known });
  };

  /** The key scalar of a struct changes whenever one of its members does. */
  const touch = (c: Cursor, local: LocalVar, where: At): void => {
    if (!local.isAddressTaken || (local.type.kind !== 'struct' && local.type.kind !== 'array')) return;
    const key = namedCell(`${local.id}:whole`, nameOf(local, 0).replace(/[.[].*$/, ''));
    emit(
      c,
      { event: 'draft-assign', cell: key, to: { lo: Number.MIN_SAFE_INTEGER, hi: Number.MAX_SAFE_INTEGER } },
      where,
    );
  };

  const setLocal = (c: Cursor, local: LocalVar, off: number, type: CType, known: Known, where: At): void => {
    const key = cellKey(local, off);
    touch(c, local, where);
    if (!isFollowed(local.type, off, type)) {
      // part of a union, or memory seen as another type: what is there is not followed
      if (type.kind === 'int') forget(c, local, where);
      else problems.stopUnsupported(`a pointer in a part of \`${local.name}\` that is not declared as one`, where);
      return;
    }
    if (type.kind === 'int') {
      setInteger(c, local, off, type, known, where);
      return;
    }
    switch (known.kind) {
      case 'slot': {
        if (known.vague) return problems.stopUnsupported('a pointer with a variable offset', where);
        const dst = slotOf(local, off);
        c.env.delete(key);
        if (known.slot !== dst || known.add !== 0)
          emit(c, { event: 'move', dst, src: { slot: known.slot, add: known.add } }, where);
        return;
      }
      case 'int':
        if (known.value === 0) {
          c.env.delete(key);
          emit(c, { event: 'null', dst: slotOf(local, off) }, where);
          return;
        }
        bindings(c, local, off, { kind: 'opaque', cell: null, trusted: false });
        return;
      case 'alias':
      case 'map':
      case 'function':
      case 'text':
      case 'kernel':
        bindings(c, local, off, known);
        return;
      default: {
        if (local.isTemp && known.kind === 'opaque' && known.cell === null) {
          bindings(c, local, off, known);
          return;
        }
        // whether it is NULL is a scalar of its own
        const cell = cellOf(local, off, LONG_CELL);
        const from = known.kind === 'opaque' ? known.cell : known.kind === 'cell' ? known.cell : null;
        if (from === null) emit(c, { event: 'draft-assign', cell, to: rangeOf(LONG_CELL) }, where);
        else if (from !== cell) emit(c, { event: 'draft-copy', cell, from }, where);
        bindings(c, local, off, { kind: 'opaque', cell, trusted: known.kind === 'opaque' ? known.trusted : true });
      }
    }
  };

  const setInteger = (c: Cursor, local: LocalVar, off: number, type: CType, known: Known, where: At): void => {
    const key = cellKey(local, off);
    const isCounter = local.isTemp || top(c).ir.counters.has(local.id) || countersOf(local);
    if (known.kind === 'int' && isCounter) {
      bindings(c, local, off, { kind: 'int', value: convert(known.value, type) });
      return;
    }
    if (local.isTemp && known.kind !== 'cell') {
      bindings(c, local, off, known);
      return;
    }
    c.env.delete(key);
    const cell = cellOf(local, off, type);
    const full = rangeOf(type);
    const from = known.kind === 'cell' ? known.cell : known.kind === 'opaque' ? known.cell : null;
    if (from !== null) {
      if (from !== cell) emit(c, { event: 'draft-copy', cell, from }, where);
      return;
    }
    let to = full;
    if (known.kind === 'int') {
      const value = convert(known.value, type);
      to = { lo: value, hi: value };
    } else if ((known.kind === 'range' || known.kind === 'expression') && known.lo >= full.lo && known.hi <= full.hi) {
      to = { lo: known.lo, hi: known.hi };
    }
    emit(c, { event: 'draft-assign', cell, to }, where);
  };
  const countersOf = (local: LocalVar): boolean => context.functionNamed(local.fn)?.counters.has(local.id) ?? false;

  const setPlace = (c: Cursor, place: LocalPlace, known: Known, where: At): void => {
    const off = indexSum(c, place, where);
    if (off !== null) setLocal(c, place.local, off, place.type, known, where);
    else if (place.type.kind === 'int') forget(c, place.local, where);
    else problems.stopUnsupported('an array of pointers with a variable index', where);
  };

  /** All integers in a local variable may now be anything. */
  const forget = (c: Cursor, local: LocalVar, where: At): void => {
    touch(c, local, where);
    const parts = leaves(local.type);
    if (parts.length > MOST_LEAVES) return;
    for (const leaf of parts) {
      if (leaf.type.kind === 'int') {
        c.env.delete(cellKey(local, leaf.off));
        emit(c, { event: 'draft-assign', cell: cellOf(local, leaf.off, leaf.type), to: rangeOf(leaf.type) }, where);
      } else if (leaf.type.kind === 'pointer') {
        bindings(c, local, leaf.off, { kind: 'opaque', cell: null, trusted: false });
      }
    }
  };

  const zero = (c: Cursor, local: LocalVar, where: At): void => {
    const parts = leaves(local.type);
    if (parts.length > MOST_LEAVES) return;
    for (const leaf of parts) setLocal(c, local, leaf.off, leaf.type, { kind: 'int', value: 0 }, where);
  };

  /** Returns a place as something to read or write: a local part, or an operand, or nothing that the model follows. */
  const target = (
    c: Cursor,
    place: Place,
    where: At,
  ): { readonly local: LocalVar; readonly off: number } | Operand | null => {
    const known = addressOf(c, place, where);
    switch (known.kind) {
      case 'alias':
        if (known.vague && place.type.kind !== 'int')
          return problems.stopUnsupported('an array of pointers with a variable index', where);
        return known.vague ? null : { local: known.local, off: known.off };
      case 'slot':
        return { slot: known.slot, add: known.add };
      case 'opaque':
        return known.trusted
          ? null
          : problems.stopUnsupported('an access through a pointer that was loaded from memory', where);
      case 'int':
        return problems.stopUnsupported('an access through NULL or a number', where);
      default:
        return null;
    }
  };

  const doLoad = (c: Cursor, i: Instruction & { op: 'load' }): void => {
    const to = i.to;
    if (to === null) return;
    const from = target(c, i.from, i.at);
    const type = i.from.type;
    if (from === null) {
      setPlace(c, to, type.kind === 'int' ? anyOf(type) : { kind: 'opaque', cell: null, trusted: true }, i.at);
    } else if ('local' in from) {
      const known = currentLocal(c, from.local, from.off, type, i.at);
      setPlace(c, to, known, i.at);
    } else if (isKptr(type)) {
      const off = indexSum(c, to, i.at) ?? 0;
      c.env.delete(cellKey(to.local, off));
      emit(c, { event: 'load_kptr', dst: slotOf(to.local, off), field: from }, i.at);
    } else {
      emit(c, { event: 'read', src: from }, i.at);
      setPlace(c, to, type.kind === 'int' ? anyOf(type) : { kind: 'opaque', cell: null, trusted: false }, i.at);
    }
  };

  const doStore = (c: Cursor, i: Instruction & { op: 'store' }): void => {
    const known = evaluate(c, i.from, i.at);
    if (i.to.base === 'local') {
      setPlace(c, i.to, known, i.at);
      return;
    }
    const to = target(c, i.to, i.at);
    if (to === null) {
      const pointer = addressOf(c, i.to, i.at);
      if (pointer.kind === 'alias') forget(c, pointer.local, i.at);
    } else if ('local' in to) setLocal(c, to.local, to.off, i.to.type, known, i.at);
    else if (isKptr(i.to.type)) emit(c, { event: 'access_kptr', field: to, how: 'store' }, i.at);
    else emit(c, { event: 'write', dst: to }, i.at);
  };

  const doCopy = (c: Cursor, i: Instruction & { op: 'copy' }): void => {
    const from = target(c, i.from, i.at);
    const to = target(c, i.to, i.at);
    if (from !== null && 'slot' in from) emit(c, { event: 'read', src: from }, i.at);
    if (to === null) return;
    if ('slot' in to) {
      emit(c, { event: 'write', dst: to }, i.at);
      return;
    }
    const parts = leaves(i.from.type);
    if (parts.length > MOST_LEAVES) return;
    for (const leaf of parts) {
      let known: Known = leaf.type.kind === 'int' ? anyOf(leaf.type) : { kind: 'opaque', cell: null, trusted: false };
      if (from !== null && 'local' in from) {
        known = currentLocal(c, from.local, from.off + leaf.off, leaf.type, i.at);
      }
      setLocal(c, to.local, to.off + leaf.off, leaf.type, known, i.at);
    }
  };

  const doArith = (c: Cursor, i: Instruction & { op: 'arith' }): void => {
    const a = evaluate(c, i.left, i.at);
    const b = evaluate(c, i.right, i.at);
    const type = i.to.type;
    if (i.operator === 'between') {
      const lo = a.kind === 'int' ? a.value : a.kind === 'range' ? a.lo : rangeOf(INT).lo;
      const hi = b.kind === 'int' ? b.value - 1 : rangeOf(INT).hi;
      setPlace(c, i.to, { kind: 'range', lo, hi: Math.max(lo, hi) }, i.at);
      return;
    }
    if (a.kind === 'int' && b.kind === 'int') {
      const value = applyOperator(i.operator, a.value, b.value);
      if (value !== null) {
        setPlace(c, i.to, { kind: 'int', value: convert(value, type) }, i.at);
        return;
      }
    }
    const range = resultRange(i.operator, b, type);
    const described = [describe(a), describe(b)];
    const fresh = described.some(d => d === null);
    const known: Known = fresh
      ? { kind: 'range', ...range }
      : {
          kind: 'expression',
          text: `(${described[0]?.text ?? ''} ${i.operator} ${described[1]?.text ?? ''})`,
          deps: described.flatMap(d => d?.deps ?? []),
          ...range,
        };
    setPlace(c, i.to, known, i.at);
  };

  /** Names a value by the variables in it; null if it is fresh and so equal to nothing else. */
  const describe = (known: Known): { text: string; deps: readonly string[] } | null => {
    switch (known.kind) {
      case 'int':
        return { text: String(known.value), deps: [] };
      case 'cell':
        return { text: `${cells.get(known.cell)?.name ?? ''}#${known.cell}`, deps: [known.cell] };
      case 'expression':
        return { text: known.text, deps: known.deps };
      case 'slot':
        return { text: `${slots[known.slot] ?? ''}#s${known.slot}+${known.add}`, deps: [`slot:${known.slot}`] };
      case 'alias':
        return { text: `&${known.local.id}+${known.off}`, deps: [] };
      case 'opaque':
        return known.cell === null
          ? null
          : { text: `${cells.get(known.cell)?.name ?? ''}#${known.cell}`, deps: [known.cell] };
      case 'range':
      case 'map':
      case 'function':
      case 'text':
      case 'kernel':
        return null;
      default:
        return unreachable(known);
    }
  };

  // ---- branches -------------------------------------------------------------------------------------------------------

  /** Returns the events of a test's two outcomes, or the outcome if it is known. */
  const outcomes = (c: Cursor, test: Test, where: At): boolean | { yes: DraftEvent; no: DraftEvent } => {
    const either = { yes: { event: 'jump' }, no: { event: 'jump' } } as const;
    let left = evaluate(c, test.left, where);
    let right = evaluate(c, test.right, where);
    let op = test.operator;
    if (left.kind === 'int' && right.kind !== 'int') {
      [left, right] = [right, left];
      op = FLIPPED[op] ?? op;
    }
    if (right.kind === 'int') {
      const n = right.value;
      switch (left.kind) {
        case 'int':
          return applyOperator(op, convert(left.value, test.type), convert(n, test.type)) === 1;
        case 'range': {
          const unsigned = test.type.kind === 'int' && !test.type.signed && (left.lo < 0 || n < 0);
          return (unsigned ? null : decided(op, left, n)) ?? either;
        }
        case 'cell':
        case 'opaque': {
          const cell = left.cell === null ? undefined : cells.get(left.cell);
          if (left.cell === null || cell === undefined) return either;
          if (!Number.isSafeInteger(n)) return problems.stopUnsupported(`a comparison with ${n}`, where);
          const yes = satisfying(op, n, cell.type, test.type);
          const no = satisfying(OPPOSITE[op] ?? '==', n, cell.type, test.type);
          if (no.length === 0) return true;
          if (yes.length === 0) return false;
          return {
            yes: { event: 'draft-test', cell: left.cell, among: yes },
            no: { event: 'draft-test', cell: left.cell, among: no },
          };
        }
        case 'slot': {
          if (n !== 0 || (op !== '==' && op !== '!=')) break;
          if (left.add !== 0 || left.vague)
            return problems.stopUnsupported('a NULL test of a pointer plus an offset', where);
          const isNull = (value: boolean): DraftEvent => ({ event: 'test_null', slot: left.slot, isNull: value });
          return { yes: isNull(op === '=='), no: isNull(op !== '==') };
        }
        case 'alias':
        case 'map':
        case 'function':
        case 'text':
        case 'kernel':
          if (n === 0) return op !== '==';
          break;
        case 'expression': {
          const result = decided(op, left, n);
          if (result !== null && !(test.type.kind === 'int' && !test.type.signed && left.lo < 0)) return result;
          break;
        }
      }
    }
    const a = describe(left);
    const b = describe(right);
    if (a === null || b === null) return either;
    if (a.text === b.text) return op === '==' || op === '<=' || op === '>=';
    return factOf(op, a, b);
  };

  const factOf = (
    op: string,
    a: { text: string; deps: readonly string[] },
    b: { text: string; deps: readonly string[] },
  ) => {
    const swap = op === '>' || op === '<=' || ((op === '==' || op === '!=') && a.text > b.text);
    const negative = op === '!=' || op === '>=' || op === '<=';
    const [x, y] = swap ? [b, a] : [a, b];
    const text = `${x.text} ${op === '==' || op === '!=' ? '==' : '<'} ${y.text}`;
    facts.set(text, { text: text.replaceAll(/#[0-9:s]+(\+0)?/g, ''), deps: [...new Set([...x.deps, ...y.deps])] });
    const fact = (holds: boolean): DraftEvent => ({ event: 'draft-fact', fact: text, holds });
    return { yes: fact(!negative), no: fact(negative) };
  };

  const labelAt = (c: Cursor, label: number): number => top(c).ir.labels.get(label) ?? 0;

  // ---- calls and returns ------------------------------------------------------------------------------------------------

  const push = (c: Cursor, callee: FunctionIr, resume: number, back: Return, where: At): void => {
    if (c.frames.some(f => f.ir.decl === callee.decl)) {
      problems.stopInput(`\`${callee.decl.name}\` calls itself`, where, 'BPF programs cannot be recursive');
    }
    if (c.frames.length >= MOST_FRAMES) problems.stopUnsupported('calls nested this deeply', where);
    c.frames = [...c.frames, { ir: callee, resume, back }];
  };

  const bind = (c: Cursor, param: LocalVar | undefined, known: Known, where: At): void => {
    if (param !== undefined && param.name !== '') setLocal(c, param, 0, param.type, known, where);
  };

  const enter = (c: Cursor): void => {
    emitTo(c, nodeFor(stateOf(c, 0)), { event: 'jump' }, top(c).ir.decl.at);
  };

  const callFunction = (c: Cursor, i: Instruction & { op: 'call' }, callee: FunctionIr): void => {
    const args = i.args.map(a => evaluate(c, a.value, a.at));
    const isGlobal = !callee.decl.isStatic && !callee.decl.isHidden;
    const resume = c.pc + 1;
    const outer = c.only;
    if (isGlobal) {
      if (c.only === undefined) {
        const past: Cursor = { ...c, env: new Map(c.env) };
        const after = newNode();
        emitTo(past, after, { event: 'call_global', fn: callee.decl.name }, i.at, { only: 'verifier' });
        past.node = after;
        if (i.to !== null)
          setPlace(
            past,
            i.to,
            i.to.type.kind === 'int' ? anyOf(i.to.type) : { kind: 'opaque', cell: null, trusted: true },
            i.at,
          );
        emitTo(past, nodeFor(stateOf(past, resume)), { event: 'jump' }, i.at);
      }
      c.only = 'machine';
    }
    const caller = c.frames;
    push(c, callee, resume, { kind: isGlobal ? 'global' : 'static', to: i.to, only: outer }, i.at);
    const inner = c.frames;
    c.frames = caller;
    callee.params.forEach((param, n) => bind(c, param, args[n] ?? { kind: 'kernel' }, i.args[n]?.at ?? i.at));
    emit(c, { event: 'call_static', fn: callee.decl.name }, i.at);
    c.frames = inner;
    enter(c);
  };

  const doReturn = (c: Cursor, i: Instruction & { op: 'return' }): void => {
    const frame = top(c);
    const known = i.value === null ? null : evaluate(c, i.value, i.at);
    const back = frame.back;
    if (back.kind === 'program') {
      emitTo(c, exit, { event: 'exit' }, i.at);
      return;
    }
    if (known?.kind === 'alias' && known.local.fn === frame.ir.decl.name) {
      problems.stopUnsupported('the address of a local variable returned from its function', i.at);
    }
    const own = frame.ir.decl.name;
    const popped = (): void => {
      c.frames = c.frames.slice(0, -1);
      c.env = new Map([...c.env].filter(([, b]) => b.local.fn !== own));
    };
    if (back.kind === 'callback') {
      popped();
      leaveCallback(c, back.pending, known, frame.resume, i.at);
      return;
    }
    popped();
    if (back.to !== null) {
      const result = known ?? { kind: 'opaque', cell: null, trusted: false };
      setPlace(c, back.to, result, i.at);
    }
    emit(c, { event: 'return_static', fn: own }, i.at);
    c.only = back.only;
    const outgoing: Cursor = { ...c };
    addEdge({
      from: c.node,
      to: nodeFor(stateOf(outgoing, frame.resume)),
      does: { event: 'jump' },
      at: i.at,
      ...(back.kind === 'global' ? { only: 'machine' } : c.only === undefined ? {} : { only: c.only }),
    });
  };

  /** `resume` is where the call stands: the function may call back again, until the callback says stop. */
  const leaveCallback = (c: Cursor, pending: Pending, known: Known | null, resume: number, where: At): void => {
    const inRange = known?.kind !== 'int' || known.value === 0 || known.value === 1;
    const leave: DraftEvent = { event: 'leave_callback', kind: pending.kind, inRange };
    const again = (): number => nodeFor({ ...stateOf(c, resume), pending });
    const { bound } = pending;
    if (pending.kind === 'less' || (known?.kind === 'int' && known.value === 0)) {
      emitTo(c, again(), leave, where, { bound });
      return;
    }
    const stop = (): number =>
      nodeFor({ ...stateOf(c, resume), only: 'machine', pending: { ...pending, stopped: true } });
    // the verifier looks at another call back whatever the callback returned
    const mayVerify = c.only === undefined;
    emit(c, leave, where);
    if (mayVerify) emitTo(c, again(), { event: 'jump' }, where, { only: 'verifier', bound });
    const machine = { only: 'machine' } as const;
    if (known?.kind === 'int') {
      emitTo(c, stop(), { event: 'jump' }, where, machine);
      return;
    }
    const cell = known?.kind === 'cell' ? known.cell : null;
    const type = cell === null ? undefined : cells.get(cell)?.type;
    const tests =
      cell === null || type === undefined
        ? null
        : { cell, zero: satisfying('==', 0, type, type), rest: satisfying('!=', 0, type, type) };
    const test = (among: 'zero' | 'rest'): DraftEvent =>
      tests === null ? { event: 'jump' } : { event: 'draft-test', cell: tests.cell, among: tests[among] };
    emitTo(c, again(), test('zero'), where, { ...machine, bound });
    emitTo(c, stop(), test('rest'), where, machine);
  };

  /** Between two calls back: first the function's end, then another call back. */
  const stepPending = (c: Cursor, pending: Pending): void => {
    const past: Cursor = { ...c, env: new Map(c.env) };
    emit(past, pending.done, pending.at);
    if (pending.to !== null) setPlace(past, pending.to, anyOf(pending.to.type), pending.at);
    past.only = pending.only;
    emitTo(past, nodeFor(stateOf(past, c.pc + 1)), { event: 'jump' }, pending.at);
    const callee = context.functionNamed(pending.callback);
    if (pending.stopped || pending.bound === 0 || callee === null) return;
    emit(c, { event: 'enter_callback', kind: pending.kind }, pending.at);
    const caller = c.frames;
    push(c, callee, c.pc, { kind: 'callback', pending }, pending.at);
    const inner = c.frames;
    c.frames = caller;
    const [first, second, third, fourth] = callee.params;
    if (pending.tree !== null && first !== undefined && second !== undefined) {
      emit(c, { event: 'less_args', a: slotOf(first, 0), b: slotOf(second, 0), ...pending.tree }, pending.at);
    } else if (pending.kind === 'bpf_loop') {
      bind(c, first, { kind: 'range', lo: 0, hi: 4294967295 }, pending.at);
      bind(c, second, pending.context, pending.at);
    } else {
      bind(c, first, { kind: 'map', name: pending.map }, pending.at);
      bind(c, second, { kind: 'kernel' }, pending.at);
      if (third !== undefined) {
        emit(c, { event: 'callback_value', dst: slotOf(third, 0), map: pending.map, kind: pending.kind }, pending.at);
      }
      bind(c, fourth, pending.context, pending.at);
    }
    c.frames = inner;
    enter(c);
  };

  const startPending = (c: Cursor, i: Instruction & { op: 'call' }): boolean => {
    const name = i.fn.replace(/_impl$/, '');
    if (name !== 'bpf_loop' && name !== 'bpf_for_each_map_elem' && name !== 'bpf_rbtree_add') return false;
    const call = callOf(c, i);
    const callback = call.known(name === 'bpf_rbtree_add' ? 2 : 1);
    const callee = callback.kind === 'function' ? context.functionNamed(callback.name) : null;
    if (callback.kind !== 'function' || callee === null)
      return problems.stopInput(`${name} needs a function of this file`, i.at);
    const wanted = name === 'bpf_rbtree_add' ? 2 : name === 'bpf_loop' ? 2 : 4;
    if (callee.params.length !== wanted) {
      return problems.stopInput(`a callback of ${name} takes ${wanted} arguments`, callee.decl.at);
    }
    let bound = context.loopBounds[callback.name] ?? (name === 'bpf_rbtree_add' ? 1 : 2);
    let map = '';
    let tree: Pending['tree'] = null;
    let done: DraftEvent;
    let known: Known = { kind: 'kernel' };
    if (name === 'bpf_rbtree_add') {
      tree = { root: call.operand(0), node: call.operand(1) };
      emit(c, { event: 'bpf_rbtree_add', ...tree }, i.at);
      done = { event: 'rbtree_added', ...tree };
    } else {
      known = call.known(2);
      if (known.kind === 'slot') emit(c, { event: 'callback_context', src: call.operand(2) }, i.at);
      done = { event: 'call', fn: name, pointers: [] };
      if (known.kind === 'slot' && known.vague) problems.stopUnsupported('a pointer with a variable offset', i.at);
      const first = call.known(0);
      if (name === 'bpf_loop') {
        if (first.kind === 'int' && first.value <= SMALL) bound = Math.max(0, first.value);
      } else {
        if (first.kind !== 'map')
          return problems.stopUnsupported('bpf_for_each_map_elem over a map that is not named', i.at);
        map = first.name;
        const entries = context.mapEntries(map) ?? 0;
        if (entries <= SMALL) bound = entries;
      }
      // the callback may change what is behind its context: no counter in there is constant
      if (known.kind === 'alias') loosen(c, known.local, i.at);
    }
    const kind = name === 'bpf_rbtree_add' ? 'less' : name;
    const to = i.to !== null && i.to.type.kind === 'int' ? i.to : null;
    const pending: Pending = {
      kind,
      callback: callback.name,
      bound,
      to,
      at: i.at,
      done,
      context: known,
      map,
      tree,
      stopped: false,
      only: c.only,
    };
    emitTo(c, nodeFor({ ...stateOf(c, c.pc), pending }), { event: 'jump' }, i.at);
    return true;
  };

  /** Constants of a variable move from what is known into its scalar. */
  const loosen = (c: Cursor, local: LocalVar, where: At): void => {
    for (const [key, binding] of c.env) {
      if (binding.local !== local || binding.known.kind !== 'int' || local.isTemp) continue;
      const type = leaves(local.type).find(l => l.off === binding.off)?.type ?? INT;
      c.env.delete(key);
      const value = binding.known.value;
      emit(c, { event: 'draft-assign', cell: cellOf(local, binding.off, type), to: { lo: value, hi: value } }, where);
    }
  };

  const callOf = (c: Cursor, i: Instruction & { op: 'call' }): Call & { readonly forked: () => boolean } => {
    let forked = false;
    const cache = new Map<number, Known>();
    const known = (index: number): Known => {
      const cached = cache.get(index);
      if (cached !== undefined) return cached;
      const arg: Argument | undefined = i.args[index];
      const result: Known = arg === undefined ? { kind: 'int', value: 0 } : evaluate(c, arg.value, arg.at);
      cache.set(index, result);
      return result;
    };
    const where = (index: number): At => i.args[index]?.at ?? i.at;
    const local = (index: number): LocalVar | null => {
      const value = known(index);
      return value.kind === 'alias' ? value.local : null;
    };
    return {
      fn: i.fn,
      args: i.args,
      objType: i.objType,
      loadsPacket: start.kind === 'program' && c.frames.length === 1 && hasSocketBuffer(start.section),
      forked: () => forked,
      emit: event => {
        if (event.event === 'bpf_obj_new' && !types.includes(event.type)) types.push(event.type);
        if (event.event === 'bpf_map_lookup_elem') useMap(event.map);
        emit(c, event, i.at);
      },
      known,
      operand(index) {
        const value = known(index);
        const text = i.args[index]?.text ?? '';
        if (value.kind === 'slot' && !value.vague) return { slot: value.slot, add: value.add };
        if (value.kind === 'slot')
          return problems.stopUnsupported(`\`${text}\`, an address with a variable offset,`, where(index));
        if (value.kind === 'alias')
          return problems.stopUnsupported(`${i.fn} on \`${text}\`, which is on the stack`, where(index));
        if (value.kind === 'int') return problems.stopUnsupported(`${i.fn} on NULL`, where(index));
        return problems.stopUnsupported(`${i.fn} on \`${text}\`, a pointer whose origin is not known`, where(index));
      },
      variableSlot(index) {
        const value = known(index);
        if (value.kind === 'alias') return slotOf(value.local, value.off);
        const text = i.args[index]?.text ?? '';
        return problems.stopUnsupported(`${i.fn} on \`${text}\`, which is no local variable,`, where(index));
      },
      resultSlot() {
        const to = i.to;
        if (to === null || to.type.kind === 'int') return slotFor(`result ${i.fn}`, `${i.fn}()`);
        const off = indexSum(c, to, i.at);
        if (off === null) return problems.stopUnsupported('an array of pointers with a variable index', i.at);
        touch(c, to.local, i.at);
        c.env.delete(cellKey(to.local, off));
        return slotOf(to.local, off);
      },
      setResult(value) {
        if (i.to === null) return;
        if (i.to.type.kind === 'int' && value.kind === 'opaque') setPlace(c, i.to, anyOf(i.to.type), i.at);
        else if (i.to.type.kind === 'int' && value.kind === 'range') {
          const full = rangeOf(i.to.type);
          setPlace(c, i.to, { kind: 'range', lo: Math.max(full.lo, value.lo), hi: Math.min(full.hi, value.hi) }, i.at);
        } else setPlace(c, i.to, value, i.at);
      },
      fork(ways) {
        forked = true;
        for (const way of ways) {
          const one: Cursor = { ...c, env: new Map(c.env) };
          if (way.result === null) {
            emitTo(one, exit, way.event, i.at);
            continue;
          }
          emit(one, way.event, i.at);
          if (i.to !== null) setPlace(one, i.to, way.result, i.at);
          emitTo(one, nodeFor(stateOf(one, one.pc + 1)), { event: 'jump' }, i.at);
        }
      },
      key: index => keyScalar(c, known(index), i.args[index]?.text ?? '', where(index)),
      anyKey(name) {
        const key = namedCell(`key ${name}`, name);
        emit(
          c,
          { event: 'draft-assign', cell: key, to: { lo: Number.MIN_SAFE_INTEGER, hi: Number.MAX_SAFE_INTEGER } },
          i.at,
        );
        return cells.get(key)?.index ?? 0;
      },
      useMap,
      clobber(index) {
        const it = local(index);
        if (it !== null) forget(c, it, i.at);
      },
      zero(index) {
        const it = local(index);
        if (it !== null) zero(c, it, i.at);
      },
      leave(event) {
        forked = true;
        emitTo(c, exit, event, i.at);
      },
      stop: construct => problems.stopUnsupported(construct, i.at),
    };
  };

  const keyScalar = (c: Cursor, known: Known, text: string, where: At): number => {
    const any = (name: string): number => {
      const key = namedCell(`key ${name}`, name);
      emit(
        c,
        { event: 'draft-assign', cell: key, to: { lo: Number.MIN_SAFE_INTEGER, hi: Number.MAX_SAFE_INTEGER } },
        where,
      );
      return cells.get(key)?.index ?? 0;
    };
    if (known.kind === 'int') return problems.stopUnsupported('a lookup whose key is NULL', where);
    if (known.kind === 'slot') {
      emit(c, { event: 'read', src: { slot: known.slot, add: known.add } }, where);
      return any(text);
    }
    if (known.kind !== 'alias') return any(text);
    const { local, off } = known;
    const type = leaves(local.type).find(l => l.off === off)?.type;
    if (local.type.kind === 'struct' || (local.type.kind === 'array' && (type?.kind !== 'int' || type.size === 1))) {
      return cells.get(namedCell(`${local.id}:whole`, nameOf(local, 0).replace(/[.[].*$/, '')))?.index ?? 0;
    }
    if (known.vague || type?.kind !== 'int') return any(text);
    const bound = c.env.get(cellKey(local, off))?.known;
    if (bound?.kind === 'int') {
      const name = local.isTemp ? String(bound.value) : nameOf(local, off);
      const key = local.isTemp ? namedCell(`constant ${bound.value}`, name) : cellOf(local, off, type);
      emit(c, { event: 'draft-assign', cell: key, to: { lo: bound.value, hi: bound.value } }, where);
      return cells.get(key)?.index ?? 0;
    }
    if (bound !== undefined) {
      const key = cellOf(local, off, type);
      const range =
        bound.kind === 'range' || bound.kind === 'expression' ? { lo: bound.lo, hi: bound.hi } : rangeOf(type);
      emit(c, { event: 'draft-assign', cell: key, to: range }, where);
      return cells.get(key)?.index ?? 0;
    }
    return cells.get(cellOf(local, off, type))?.index ?? 0;
  };

  const doCall = (c: Cursor, i: Instruction & { op: 'call' }): boolean => {
    const callee = context.functionNamed(i.fn);
    if (callee !== null) {
      callFunction(c, i, callee);
      return true;
    }
    if (startPending(c, i)) return true;
    const name = i.fn.replace(/_impl$/, '');
    if (name === 'bpf_timer_set_callback' || name === 'bpf_wq_set_callback') {
      const fn = evaluate(c, i.args[1]?.value ?? { kind: 'text' }, i.at);
      const async = fn.kind === 'function' ? context.functionNamed(fn.name) : null;
      if (async === null) return problems.stopInput(`${name} needs a function of this file`, i.at);
      const call = callOf(c, i);
      const operand = call.operand(0);
      context.addAsync(
        async,
        name === 'bpf_wq_set_callback' ? 'bpf_wq' : 'bpf_timer',
        i.args[0]?.value ?? { kind: 'text' },
        i.at,
      );
      call.emit({ event: 'call', fn: name, pointers: [operand] });
      call.setResult({ kind: 'opaque', cell: null, trusted: true });
      return false;
    }
    const call = callOf(c, i);
    emitCall(call);
    return call.forked();
  };

  // ---- the walk -------------------------------------------------------------------------------------------------------

  const goTo = (c: Cursor, label: number, does: DraftEvent, where: At, more: Partial<DraftEdge> = {}): void => {
    emitTo(c, nodeFor(stateOf(c, labelAt(c, label))), does, where, more);
  };

  const takeJump = (c: Cursor, i: Instruction & { op: 'jump' }): void => {
    const loop = i.loop;
    if (loop === null) {
      goTo(c, i.to, { event: 'jump' }, i.at);
      return;
    }
    if (i.trips !== null) {
      const trips = evaluate(c, i.trips, i.at);
      const small = trips.kind === 'int' && trips.value <= SMALL ? Math.max(0, trips.value) : null;
      goTo(c, i.to, { event: 'jump' }, i.at, { bound: small ?? boundOf(context, loop) ?? 2 });
      return;
    }
    const count = (c.trips.get(loop.name) ?? 0) + 1;
    if (count > MOST_ITERATIONS) {
      if (boundOf(context, loop) !== undefined && !kept.has(loop.name)) throw new KeepLoop(loop.name);
      problems.stopUnsupported('loop without a bound', loop.at);
    }
    c.trips = new Map(c.trips).set(loop.name, count);
    goTo(c, i.to, { event: 'jump' }, i.at, { loop });
  };

  const run = (state: State, node: number): void => {
    const c: Cursor = {
      node,
      frames: state.frames,
      pc: state.pc,
      env: new Map(state.env),
      only: state.only,
      trips: state.trips,
    };
    if (state.pending !== null) {
      stepPending(c, state.pending);
      return;
    }
    for (;;) {
      const i = at(c);
      mention = 0;
      if (i === undefined) throw new Error('a path beyond the end of its function');
      switch (i.op) {
        case 'label':
          if (c.pc !== state.pc || c.node !== node) {
            emitTo(c, nodeFor(stateOf(c, c.pc)), { event: 'jump' }, top(c).ir.decl.at);
            return;
          }
          break;
        case 'set': {
          const off =
            i.to.index.length === 0 && i.from.kind === 'address' && i.to.type.kind !== 'int' ? i.to.off : null;
          const isGlobal =
            i.from.kind === 'address' &&
            i.from.place.base === 'global' &&
            i.from.place.off === 0 &&
            i.from.place.index.length === 0;
          if (off !== null && isGlobal) {
            // the address goes straight to its variable
            touch(c, i.to.local, i.at);
            evaluate(c, i.from, i.at, slotOf(i.to.local, off));
            c.env.delete(cellKey(i.to.local, off));
          } else setPlace(c, i.to, evaluate(c, i.from, i.at), i.at);
          break;
        }
        case 'arith':
          doArith(c, i);
          break;
        case 'load':
          doLoad(c, i);
          break;
        case 'store':
          doStore(c, i);
          break;
        case 'copy':
          doCopy(c, i);
          break;
        case 'fresh':
          if (i.zero) zero(c, i.local, i.at);
          else {
            for (const leaf of leaves(i.local.type).slice(0, MOST_LEAVES)) c.env.delete(cellKey(i.local, leaf.off));
            if (leaves(i.local.type).some(l => l.type.kind === 'int')) forgetIntegers(c, i.local, i.at);
          }
          break;
        case 'call':
          if (doCall(c, i)) return;
          break;
        case 'branch': {
          const result = outcomes(c, i.test, i.at);
          if (typeof result === 'boolean') {
            goTo(c, result ? i.yes : i.no, { event: 'jump' }, i.at);
          } else {
            if (!i.yesFirst) goTo(c, i.no, result.no, i.at);
            goTo(c, i.yes, result.yes, i.at);
            if (i.yesFirst) goTo(c, i.no, result.no, i.at);
          }
          return;
        }
        case 'choose':
          goTo(c, i.no, { event: 'jump' }, i.at);
          goTo(c, i.yes, { event: 'jump' }, i.at);
          return;
        case 'jump':
          takeJump(c, i);
          return;
        case 'enter-loop':
          c.trips = new Map(c.trips).set(i.loop.name, 0);
          if (kept.has(i.loop.name)) for (const local of i.loop.assigned) loosen(c, local, i.at);
          break;
        case 'return':
          doReturn(c, i);
          return;
      }
      c.pc++;
    }
  };

  const forgetIntegers = (c: Cursor, local: LocalVar, where: At): void => {
    const parts = leaves(local.type);
    if (parts.length > MOST_LEAVES) return;
    touch(c, local, where);
    for (const leaf of parts) {
      if (leaf.type.kind === 'int')
        emit(c, { event: 'draft-assign', cell: cellOf(local, leaf.off, leaf.type), to: rangeOf(leaf.type) }, where);
    }
  };

  const begin: Cursor = { node: entry, frames: [], pc: 0, env: new Map(), only: undefined, trips: new Map() };
  begin.frames = [{ ir: start.fn, resume: 0, back: { kind: 'program' } }];
  const where = start.fn.decl.at;
  start.fn.params.forEach((param, n) => {
    if (start.async !== undefined) {
      useMap(start.async.map);
      if (n === 0) bind(begin, param, { kind: 'map', name: start.async.map }, where);
      else if (n === 1) bind(begin, param, { kind: 'kernel' }, where);
      else if (n === 2) {
        emit(
          begin,
          { event: 'callback_value', dst: slotOf(param, 0), map: start.async.map, kind: start.async.kind },
          where,
        );
      }
    } else if (n === 0 && param.type.kind === 'pointer' && start.kind === 'program')
      bind(begin, param, { kind: 'kernel' }, where);
    else
      bind(
        begin,
        param,
        param.type.kind === 'int' ? anyOf(param.type) : { kind: 'opaque', cell: null, trusted: true },
        where,
      );
  });
  enter(begin);
  for (let next = work.pop(); next !== undefined; next = work.pop()) run(next.state, next.node);
  return {
    name: start.name, section: start.section, kind: start.kind, at: start.fn.decl.at, entry, exit, nodes: count, edges,
    slots, cells, facts, live: new Map(), maps, types,
  }; // prettier-ignore
}

const LONG_CELL: CType = { kind: 'int', size: 8, signed: true, bool: false, name: 'long' };
const DUMMY: LocalVar = {
  id: -1,
  fn: '',
  name: '',
  type: UNKNOWN,
  at: { file: '', line: 0, column: 0 },
  isTemp: true,
  isAddressTaken: false,
};
const FLIPPED: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' };
const OPPOSITE: Readonly<Record<string, string>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};

/** The values that x op b can have, when b is a constant that says something about it. */
function resultRange(op: string, b: Known, type: CType): { lo: number; hi: number } {
  const full = rangeOf(type);
  if (b.kind === 'int' && b.value > 0 && op === '&') return { lo: 0, hi: b.value };
  if (b.kind === 'int' && b.value > 0 && op === '%' && full.lo >= 0) return { lo: 0, hi: b.value - 1 };
  return full;
}

const leavesOf = new WeakMap<CType, readonly { readonly off: number; readonly type: CType }[]>();

/** Returns the integers and pointers in a variable, at most one more than are followed. */
function leaves(type: CType): readonly { readonly off: number; readonly type: CType }[] {
  const known = leavesOf.get(type);
  if (known !== undefined) return known;
  const result: { off: number; type: CType }[] = [];
  const walk = (t: CType, off: number): void => {
    if (result.length > MOST_LEAVES) return;
    if (t.kind === 'array') {
      const one = sizeOf(t.of);
      for (let k = 0; k < (t.length ?? 0) && result.length <= MOST_LEAVES; k++) walk(t.of, off + k * one);
    } else if (t.kind === 'struct') {
      for (const member of t.decl.members ?? []) walk(member.type, off + member.offset);
    } else if (t.kind === 'int' || t.kind === 'pointer' || t.kind === 'unknown') result.push({ off, type: t });
  };
  walk(type, 0);
  leavesOf.set(type, result);
  return result;
}

const unionsIn = new WeakMap<CType, boolean>();

function hasUnion(type: CType): boolean {
  if (type.kind === 'array') return hasUnion(type.of);
  if (type.kind !== 'struct') return false;
  const known = unionsIn.get(type);
  if (known !== undefined) return known;
  const result = type.decl.isUnion || (type.decl.members ?? []).some(m => hasUnion(m.type));
  unionsIn.set(type, result);
  return result;
}

/** Whether a variable has, at an offset, an integer or pointer that values can be followed in. */
function isFollowed(variable: CType, off: number, type: CType): boolean {
  if (variable.kind !== 'struct' && variable.kind !== 'array') {
    return off === 0 && isInteger(variable) === isInteger(type) && sizeOf(variable) === sizeOf(type);
  }
  if (hasUnion(variable) && type.kind === 'int') return false;
  const parts = leaves(variable);
  if (parts.length > MOST_LEAVES) return type.kind !== 'int';
  return parts.some(l => l.off === off && isInteger(l.type) === isInteger(type) && sizeOf(l.type) === sizeOf(type));
}

const isInteger = (type: CType): boolean => type.kind === 'int';

function sizeOf(type: CType): number {
  if (type.kind === 'int') return type.size;
  if (type.kind === 'struct') return type.decl.size;
  if (type.kind === 'array') return sizeOf(type.of) * (type.length ?? 0);
  return 8;
}

/** Returns how C would spell the part of a variable at an offset: `.a[2]`; empty for the whole. */
function pathAt(type: CType, off: number): string {
  if (type.kind === 'array') {
    const one = sizeOf(type.of);
    if (one === 0) return '';
    const k = Math.floor(off / one);
    return `[${k}]${pathAt(type.of, off - k * one)}`;
  }
  if (type.kind !== 'struct' || specialKind(type) !== null) return '';
  const member = type.decl.members?.findLast(m => m.offset <= off);
  if (member === undefined) return '';
  return (member.name === '' ? '' : `.${member.name}`) + pathAt(member.type, off - member.offset);
}
