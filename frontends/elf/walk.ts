/**
 * Follows the instructions of one program, once for each combination of known constants and copied pointers, and writes down the
 * program graph. Nothing is judged here: an operand that cannot be right becomes an operand that no rule takes.
 *
 * A copy of a pointer (move, spill, fill) is the same slot: the verifier gives copies one id and one reference, so what it learns
 * of one it learns of all. A pointer moved by a constant is a slot of its own.
 */
import type { At, Operand, ProgramKind } from '../../model/program.js';
import type { Call } from '../shared/calls.js';
import { emitCall } from '../shared/calls.js';
import type { Cell, Draft, DraftEdge, DraftEvent, Range } from '../shared/graph.js';
import type { Argument, Loop } from '../c/ir.js';
import { KNOWN_FUNCTIONS, UNMODELLED_FUNCTIONS } from '../shared/known-functions.js';
import type { Problems } from '../shared/problems.js';
import type { LocalVar } from '../c/scope.js';
import type { CType } from '../c/types.js';
import { pointerTo, VOID } from '../c/types.js';
import type { Known } from '../shared/values.js';
import { satisfying } from '../shared/values.js';
import { ANY_64, anyOfSize, computed, holds, resultRange, signed, unsigned } from './arithmetic.js';
import { helperName } from './helpers.js';
import type { BpfObject, Instruction, ObjectFunction, ObjectProgram } from './object.js';
import type { BranchOperator, Operation, Source } from './operation.js';
import type { Code } from './registers.js';
import { arityOf } from './registers.js';
import { hasSocketBuffer } from '../shared/section-types.js';
import type { InnerShape, Shape, Shapes } from './shapes.js';

/** Where a walk begins. */
export interface Start {
  readonly fn: ObjectFunction | ObjectProgram;
  readonly kind: ProgramKind;
  /** Global subprograms: the section of the program that they are loaded with, which decides whether they may sleep. */
  readonly section?: string;
  /** Async callbacks: the map whose element they get, and what calls them. */
  readonly async?: { readonly map: string; readonly kind: 'bpf_timer' | 'bpf_wq' };
}

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

const MOST_NODES = 100_000;
/** The kernel's own bound (`MAX_CALL_FRAMES`). */
const MOST_FRAMES = 8;
const SLEEPING_CALLS = /^bpf_(copy_from_user|ima_|find_vma_sleepable|arena_)/;
/** Functions of locks, objects and their structures: what follows a pointer there is no size. */
const TAKES_NO_MEMORY = /^bpf_(list|rbtree|obj|refcount|res_spin|local_irq|iter)_/;
/** Where a path keeps how many iterators are open. */
const ITERATORS = 'iterators';
/** `BPF_REG_SIZE` */
const STACK_SLOT = 8;

type Back =
  { readonly kind: 'program' } | { readonly kind: 'static' } | { readonly kind: 'callback'; readonly pending: Pending };

interface Frame {
  readonly fn: ObjectFunction;
  readonly code: Code;
  /** Slot of the caller's next instruction; of the call, for callbacks. */
  readonly resume: number;
  readonly back: Back;
}

/** A call of a function that calls back, between two calls back. */
interface Pending {
  readonly kind: 'bpf_for_each_map_elem' | 'bpf_loop' | 'less';
  readonly callback: string;
  readonly at: At;
  readonly done: DraftEvent;
  readonly context: Known;
  readonly map: string;
  readonly tree: { readonly root: Operand; readonly node: Operand } | null;
  readonly constants: readonly { readonly key: string; readonly size: number; readonly value: number }[];
}

type Env = Map<string, Known>;

interface State {
  readonly frames: readonly Frame[];
  readonly pc: number;
  readonly env: ReadonlyMap<string, Known>;
  readonly pending: Pending | null;
}

/** The present point of a path. */
interface Cursor {
  node: number;
  frames: readonly Frame[];
  pc: number;
  env: Env;
}

const POINTER = pointerTo(VOID);
const OPAQUE: Known = { kind: 'opaque', cell: null, trusted: true };
const KERNEL: Known = { kind: 'kernel' };
const NO_TYPE: CType = { kind: 'unknown' };

/** Loops that the verifier follows until nothing is new; verdicts need no bound. */
const LOOP: Loop = { fn: '', name: '', at: { file: '', line: 0, column: 0 }, assigned: [] };
export const boundOfLoop = (): number => 1;

const reg = (depth: number, n: number): string => `${depth}r${n}`;

/** The stack of a frame, where values of C's front end have a local variable. */
const stackOf = (depth: number): LocalVar => ({
  id: depth,
  fn: '',
  name: 'stack',
  type: NO_TYPE,
  at: LOOP.at,
  isTemp: false,
  isAddressTaken: true,
});

/** Beside what registers and the stack hold: the ranges that tests found scalars to be in. */
const TESTED = 'tested ';
const tested = (cell: string): string => `${TESTED}${cell}`;
const isTested = (key: string): boolean => key.startsWith(TESTED);

const envKey = (env: ReadonlyMap<string, Known>): string =>
  [...env]
    .map(([k, v]) => `${k}=${v.kind === 'alias' ? `&${v.local.id}+${v.off}${v.vague ? '?' : ''}` : JSON.stringify(v)}`)
    .sort()
    .join(';');

const COMPARES: Readonly<Partial<Record<BranchOperator, string>>> = {
  eq: '==',
  ne: '!=',
  gt: '>',
  ge: '>=',
  lt: '<',
  le: '<=',
  sgt: '>',
  sge: '>=',
  slt: '<',
  sle: '<=',
};
const OPPOSITE: Readonly<Record<string, string>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};
const MIRRORED: Readonly<Partial<Record<BranchOperator, BranchOperator>>> = {
  gt: 'lt',
  lt: 'gt',
  ge: 'le',
  le: 'ge',
  sgt: 'slt',
  slt: 'sgt',
  sge: 'sle',
  sle: 'sge',
};

/** Packet pointers in the context, by program type: 32-bit fields that the kernel turns into pointers. */
const PACKET_POINTERS: Readonly<Record<string, readonly number[]>> = {
  BPF_PROG_TYPE_XDP: [0, 4, 8],
  BPF_PROG_TYPE_SCHED_CLS: [76, 80, 140],
  BPF_PROG_TYPE_SCHED_ACT: [76, 80, 140],
  BPF_PROG_TYPE_CGROUP_SKB: [76, 80],
  BPF_PROG_TYPE_SK_SKB: [76, 80],
  BPF_PROG_TYPE_LWT_IN: [76, 80],
  BPF_PROG_TYPE_LWT_OUT: [76, 80],
  BPF_PROG_TYPE_LWT_XMIT: [76, 80],
};

/** The smallest integer type that holds a range: comparisons convert from it. */
const typeFor = (r: Range): CType & { kind: 'int' } => {
  const of = (size: number, isSigned: boolean): CType & { kind: 'int' } => ({
    kind: 'int',
    size,
    signed: isSigned,
    bool: false,
    name: `${isSigned ? 's' : 'u'}${size * 8}`,
  });
  for (const size of [1, 2, 4]) {
    const unsignedRange = anyOfSize(size);
    if (r.lo >= 0 && r.hi <= unsignedRange.hi) return of(size, false);
    const signedRange = anyOfSize(size, true);
    if (r.lo >= signedRange.lo && r.hi <= signedRange.hi) return of(size, true);
  }
  return of(8, true);
};

const isPointer = (k: Known): boolean => k.kind !== 'int' && k.kind !== 'cell' && k.kind !== 'range';

/** Returns the graph of one program. Stops (problem collected) at what it cannot follow. */
export function walk(start: Start, context: WalkContext): Draft {
  const { object, shapes, problems } = context;
  const edges: DraftEdge[] = [];
  const slots: string[] = [];
  const slotShapes: (Shape | InnerShape | null)[] = [];
  const slotIndex = new Map<string, number>();
  const cells = new Map<string, Cell>();
  const ranges = new Map<string, Range>();
  const maps: string[] = [];
  const useMap = (name: string): void => {
    if (!maps.includes(name)) maps.push(name);
  };
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

  const depthOf = (c: { readonly frames: readonly unknown[] }): number => c.frames.length - 1;
  const top = (c: { readonly frames: readonly Frame[] }): Frame => {
    const frame = c.frames.at(-1);
    if (frame === undefined) throw new Error('a path without a frame');
    return frame;
  };
  const here = (c: Cursor): Instruction | undefined => top(c).code.at(c.pc);
  const where = (c: Cursor): At => atOf(here(c));
  const stop = (c: Cursor, what: string): never => problems.stopUnsupported(what, where(c));

  // ---- slots and scalars ------------------------------------------------------------------------------------------------

  const uses = (env: ReadonlyMap<string, Known>, test: (k: Known) => boolean): boolean => [...env.values()].some(test);
  const isCellUsed = (env: ReadonlyMap<string, Known>, cell: string): boolean =>
    uses(env, v => v.kind === 'cell' && v.cell === cell);
  /** Whether a path may still come to what is in the slot: it is at hand, or a call that calls back was given it. */
  const isUsed = (c: Cursor, slot: number): boolean =>
    uses(c.env, v => v.kind === 'slot' && v.slot === slot) ||
    c.frames.some(({ back }) => {
      if (back.kind !== 'callback') return false;
      const { tree, context: given } = back.pending;
      return (given.kind === 'slot' && given.slot === slot) || tree?.root.slot === slot || tree?.node.slot === slot;
    });
  /** A slot for what an instruction makes: the first of its name and shape that nothing at hand is in. */
  const newSlot = (c: Cursor, name: string, shape: Shape | InnerShape | null): number => {
    for (let k = 0; ; k++) {
      const key = `${name} ${k} ${JSON.stringify(shape)}`;
      const known = slotIndex.get(key);
      if (known !== undefined && isUsed(c, known)) continue;
      if (known !== undefined) return known;
      slots.push(k === 0 ? name : `${name}#${k}`);
      slotShapes.push(shape);
      slotIndex.set(key, slots.length - 1);
      return slots.length - 1;
    }
  };
  /** A slot that nothing is ever put into: an operand of a kind that no rule takes. The name is the kernel's word for it. */
  const noPointer = (word: string): number => {
    const known = slotIndex.get(`no ${word}`);
    if (known !== undefined) return known;
    slots.push(word);
    slotShapes.push(null);
    slotIndex.set(`no ${word}`, slots.length - 1);
    return slots.length - 1;
  };
  const fixedSlot = (key: string, name: string): number => {
    const known = slotIndex.get(key);
    if (known !== undefined) return known;
    slots.push(name);
    slotShapes.push(null);
    slotIndex.set(key, slots.length - 1);
    return slots.length - 1;
  };
  const cellNamed = (key: string, name: string, range: Range): string => {
    if (!cells.has(key)) {
      cells.set(key, { index: cells.size, name, type: typeFor(range) });
      ranges.set(key, range);
    }
    return key;
  };
  const shapeOf = (k: Known): Shape | null => {
    const s = k.kind === 'slot' ? slotShapes[k.slot] : null;
    return s === null || s === undefined || 'template' in s ? null : s;
  };

  // ---- the graph --------------------------------------------------------------------------------------------------------

  const emitTo = (c: Cursor, to: number, does: DraftEvent, more: Partial<DraftEdge> = {}): void => {
    edges.push({ from: c.node, to, does, at: where(c), ...more });
  };
  const emit = (c: Cursor, does: DraftEvent): void => {
    const to = newNode();
    emitTo(c, to, does);
    c.node = to;
  };
  /** A scalar of a range, new at this instruction. */
  const fresh = (c: Cursor, key: string, range: Range): Known => {
    if (range.lo === range.hi) return { kind: 'int', value: range.lo };
    c.env.delete(key);
    for (let k = 0; ; k++) {
      const name = `${depthOf(c)} ${top(c).fn.name} ${c.pc} ${key} ${k} ${range.lo} ${range.hi}`;
      if (isCellUsed(c.env, name)) continue;
      c.env.delete(tested(name));
      cellNamed(name, key.replace(/^\d+/, '').toUpperCase(), range);
      emit(c, { event: 'draft-assign', cell: name, to: range });
      return { kind: 'cell', cell: name };
    }
  };
  const setReg = (c: Cursor, n: number, known: Known): void => {
    const key = reg(depthOf(c), n);
    c.env.set(key, known.kind === 'range' ? fresh(c, key, known) : known);
  };
  const get = (c: Cursor, n: number): Known => {
    if (n === 10) return { kind: 'alias', local: stackOf(depthOf(c)), off: 0, vague: false };
    return c.env.get(reg(depthOf(c), n)) ?? stop(c, `reading R${n}, which nothing has written`);
  };
  const rangeOfKnown = (c: Cursor, k: Known): Range => {
    if (k.kind === 'int') return { lo: k.value, hi: k.value };
    const r = k.kind === 'cell' ? (c.env.get(tested(k.cell)) ?? ranges.get(k.cell)) : k;
    return r !== undefined && 'lo' in r ? { lo: r.lo, hi: r.hi } : ANY_64;
  };
  const asNumber = (v: bigint): Known => {
    const n = Number(signed(v, 64));
    return Number.isSafeInteger(n) ? { kind: 'int', value: n } : { kind: 'range', ...ANY_64 };
  };

  const nodeFor = (state: State): number => {
    const depth = state.frames.length - 1;
    const frame = top(state);
    const live = state.pending === null ? frame.code.live(state.pc) : -1;
    const env = new Map(
      [...state.env].filter(([key]) => {
        const [, at = '', n] = /^(\d+)r(\d+)$/.exec(key) ?? [];
        return n === undefined || Number(at) !== depth || (live & (1 << Number(n))) !== 0;
      }),
    );
    for (const key of env.keys()) if (isTested(key) && !isCellUsed(env, key.slice(TESTED.length))) env.delete(key);
    const stack = state.frames.map(f => `${f.fn.name}/${f.resume}`).join('>');
    const pending =
      state.pending === null
        ? ''
        : JSON.stringify({ ...state.pending, context: envKey(new Map([['', state.pending.context]])) });
    const key = `${stack}|${state.pc}|${pending}|${envKey(env)}`;
    const known = nodes.get(key);
    if (known !== undefined) return known;
    const node = newNode();
    nodes.set(key, node);
    work.push({ state: { ...state, env }, node });
    return node;
  };
  const stateAt = (c: Cursor, pc: number): State => ({ frames: c.frames, pc, env: new Map(c.env), pending: null });
  const goTo = (c: Cursor, pc: number, does: DraftEvent = { event: 'jump' }): void => {
    emitTo(c, nodeFor(stateAt(c, pc)), does, { loop: LOOP });
  };
  const next = (c: Cursor): number => top(c).code.next(c.pc);
  const copyOf = (c: Cursor): Cursor => ({ ...c, env: new Map(c.env) });

  // ---- memory -----------------------------------------------------------------------------------------------------------

  const stackKey = (depth: number, off: number, size: number): string => `${depth}s${off}/${size}`;
  const overlapping = (key: string, depth: number, off: number, size: number): boolean => {
    const m = /^(\d+)s(-?\d+)\/(\d+)$/.exec(key);
    if (m === null || Number(m[1]) !== depth) return false;
    const at = Number(m[2]);
    return at < off + size && off < at + Number(m[3]);
  };
  const forget = (c: Cursor, depth: number, off: number, size: number): void => {
    for (const key of c.env.keys()) if (overlapping(key, depth, off, size)) c.env.delete(key);
  };
  /** A function may have written there: numbers are lost. Pointers spilled beside its buffer are not its own. */
  const clobbered = (c: Cursor, alias: Known): void => {
    if (alias.kind !== 'alias') return;
    for (const [key, known] of c.env)
      if (overlapping(key, alias.local.id, alias.off, 512) && !isPointer(known)) c.env.delete(key);
  };

  /** What a slot is as an operand; what is none gets one that no rule takes. */
  const operandOf = (c: Cursor, k: Known): Operand => {
    switch (k.kind) {
      case 'slot':
        return k.vague ? stop(c, 'a pointer with a variable offset') : { slot: k.slot, add: k.add };
      case 'alias':
        return { slot: noPointer('fp'), add: 0 };
      case 'map':
        return { slot: noPointer('map_ptr'), add: 0 };
      case 'function':
        return { slot: noPointer('func'), add: 0 };
      case 'kernel':
        return { slot: noPointer('ctx'), add: 0 };
      case 'int':
        if (k.value === 0) {
          const dst = newSlot(c, 'null', null);
          emit(c, { event: 'null', dst });
          return { slot: dst, add: 0 };
        }
        return { slot: noPointer('scalar'), add: 0 };
      case 'cell':
      case 'range':
        return { slot: noPointer('scalar'), add: 0 };
      default:
        return stop(c, 'a pointer of the kernel given to a function that the model knows');
    }
  };

  /** Emits the access of so many bytes, with one event for each special field that it meets. */
  const access = (
    c: Cursor,
    k: Known & { kind: 'slot' },
    add: number,
    size: number,
    how: 'read' | 'write' | 'atomic' | 'helper',
    register: number,
  ): void => {
    if (k.vague) return stop(c, 'an access at a variable offset');
    const shape = shapeOf(k);
    const at = (a: number): Operand => ({ slot: k.slot, add: a, reg: register });
    const met = shape === null ? [] : shapes.met(shape, add, size);
    if (shape !== null && !shapes.isInside(shape, add, size)) return stop(c, 'an access outside of its struct');
    const plain = (a: number): void => {
      if (how !== 'write') emit(c, { event: 'read', src: at(a) });
      if (how === 'write' || how === 'atomic') emit(c, { event: 'write', dst: at(a) });
    };
    for (const m of met) {
      const isWhole = m.add === add && size === 8 && m.field.offset === (shape?.off ?? 0) + add;
      const isAligned = m.field.offset === (shape?.off ?? 0) + add;
      const part = isAligned ? 'part' : 'misaligned';
      const kptr = how === 'read' || (how === 'write' && !isWhole) ? part : how === 'write' ? 'store' : how;
      if (m.field.kind === 'kptr') emit(c, { event: 'access_kptr', field: at(m.add), how: kptr });
      else plain(m.add);
    }
    if (met.length === 0 && shape !== null && shapes.isAcross(shape, add, size))
      return stop(c, 'an access that ends in another member than it begins in');
    if (met.length === 0 && how !== 'helper') plain(add);
  };

  const constantAt = (map: string, off: number, size: number): Known | null => {
    const def = shapes.map(map);
    if (def === null || def.bytes === null || !map.startsWith('.rodata') || off + size > def.bytes.length) return null;
    let value = 0n;
    for (let k = size - 1; k >= 0; k--) value = (value << 8n) | BigInt(def.bytes[off + k] ?? 0);
    return asNumber(value);
  };

  /** The verifier keeps a saved interrupt state in its stack slot, which is no number any more. */
  const meetsFlags = (depth: number, off: number, size: number): boolean =>
    [...slotIndex.keys()].some(key => {
      const m = /^stack (\d+) (-?\d+)$/.exec(key);
      return m !== null && Number(m[1]) === depth && Number(m[2]) < off + size && off < Number(m[2]) + 8;
    });

  const load = (c: Cursor, i: Operation & { op: 'load' }): void => {
    const base = get(c, i.base);
    const range = anyOfSize(i.size, i.isSigned);
    const key = reg(depthOf(c), i.dst);
    const set = (known: Known): void => {
      setReg(c, i.dst, known);
    };
    switch (base.kind) {
      case 'alias': {
        const off = base.off + i.offset;
        if (meetsFlags(base.local.id, off, i.size)) return stop(c, 'a load of a saved interrupt state');
        const known = base.vague ? undefined : c.env.get(stackKey(base.local.id, off, i.size));
        set(known ?? { kind: 'range', ...range });
        return;
      }
      case 'slot': {
        const shape = shapeOf(base);
        const add = base.add + i.offset;
        const src = { slot: base.slot, add, reg: i.base };
        const field = shape === null ? null : shapes.fieldAt(shape, add);
        if (field?.kind === 'kptr' && i.size === 8 && !base.vague) {
          c.env.delete(key);
          const dst = newSlot(c, `r${i.dst}`, shapes.pointee(shape, add));
          emit(c, { event: 'load_kptr', dst, field: src });
          c.env.set(key, { kind: 'slot', slot: dst, add: 0, vague: false });
          return;
        }
        access(c, base, add, i.size, 'read', i.base);
        const constant = shape?.map === null || shape === null ? null : constantAt(shape.map, shape.off + add, i.size);
        set(constant ?? { kind: 'range', ...range });
        return;
      }
      case 'kernel': {
        const type = 'type' in start.fn ? start.fn.type : '';
        const isPacket = i.size === 4 && (PACKET_POINTERS[type] ?? []).includes(i.offset);
        set(isPacket || i.size === 8 ? OPAQUE : { kind: 'range', ...range });
        return;
      }
      case 'opaque':
        if (!base.trusted) return stop(c, 'a load through a pointer that was loaded from memory');
        set(i.size === 8 ? OPAQUE : { kind: 'range', ...range });
        return;
      case 'int':
      case 'cell':
      case 'range':
        // The verifier ends here; what would come after does not matter.
        emit(c, { event: 'read', src: { slot: noPointer('scalar'), add: 0, reg: i.base } });
        set({ kind: 'range', ...range });
        return;
      default:
        stop(c, `a load through R${i.base}, which is no pointer`);
    }
  };

  const store = (c: Cursor, baseReg: number, offset: number, size: number, value: Known): void => {
    const base = get(c, baseReg);
    switch (base.kind) {
      case 'alias': {
        const off = base.off + offset;
        if (base.vague) {
          clobbered(c, base);
          return;
        }
        if (meetsFlags(base.local.id, off, size)) return stop(c, 'a store over a saved interrupt state');
        forget(c, base.local.id, off, size);
        const key = stackKey(base.local.id, off, size);
        const keeps = size === 8 || value.kind === 'int';
        if (keeps) c.env.set(key, value.kind === 'int' ? cut(value.value, size) : value);
        else if (value.kind === 'cell') {
          const r = rangeOfKnown(c, value);
          const all = anyOfSize(size);
          const signedAll = anyOfSize(size, true);
          const fits = (r.lo >= all.lo && r.hi <= all.hi) || (r.lo >= signedAll.lo && r.hi <= signedAll.hi);
          c.env.set(key, fits ? value : fresh(c, key, all));
        }
        return;
      }
      case 'slot':
        access(c, base, base.add + offset, size, 'write', baseReg);
        return;
      case 'kernel':
        return;
      case 'opaque':
        if (!base.trusted) stop(c, 'a store through a pointer that was loaded from memory');
        return;
      case 'int':
      case 'cell':
      case 'range':
        emit(c, { event: 'write', dst: { slot: noPointer('scalar'), add: 0, reg: baseReg } });
        return;
      default:
        stop(c, `a store through R${baseReg}, which is no pointer`);
    }
  };
  const cut = (value: number, size: number): Known =>
    size === 8 ? { kind: 'int', value } : { kind: 'int', value: Number(unsigned(BigInt(value), size * 8)) };

  // ---- arithmetic -------------------------------------------------------------------------------------------------------

  const sourceOf = (c: Cursor, s: Source): Known =>
    'register' in s ? get(c, s.register) : { kind: 'int', value: s.constant };
  const constantOf = (k: Known): bigint | null => (k.kind === 'int' ? BigInt(k.value) : null);

  const movePointer = (c: Cursor, n: number, k: Known, by: number | null): void => {
    switch (k.kind) {
      case 'slot': {
        if (by === null) {
          c.env.set(reg(depthOf(c), n), { ...k, vague: true });
          return;
        }
        if (k.vague) {
          c.env.set(reg(depthOf(c), n), { ...k, add: k.add + by });
          return;
        }
        const old = slotShapes[k.slot] ?? null;
        const shape = old === null || 'template' in old ? old : { ...old, off: old.off + k.add + by };
        c.env.delete(reg(depthOf(c), n));
        // The source must not be thought free while it is read.
        const dst = newSlot({ ...c, env: new Map([...c.env, ['source', k]]) }, `r${n}`, shape);
        emit(c, { event: 'move', dst, src: { slot: k.slot, add: k.add + by, reg: n } });
        c.env.set(reg(depthOf(c), n), { kind: 'slot', slot: dst, add: 0, vague: false });
        return;
      }
      case 'alias':
        c.env.set(reg(depthOf(c), n), by === null ? { ...k, vague: true } : { ...k, off: k.off + by });
        return;
      default:
        c.env.set(reg(depthOf(c), n), k);
    }
  };

  const zeroExtended = (c: Cursor, k: Known): Known => {
    const all = anyOfSize(4);
    const r = rangeOfKnown(c, k);
    if (r.lo >= 0 && r.hi <= all.hi) return k;
    const isNegative = r.hi < 0 && r.lo >= -(2 ** 31);
    return isNegative ? { kind: 'range', lo: r.lo + 2 ** 32, hi: r.hi + 2 ** 32 } : { kind: 'range', ...all };
  };
  const signExtended = (c: Cursor, k: Known): Known => {
    const all = anyOfSize(4, true);
    const r = rangeOfKnown(c, k);
    return r.lo >= all.lo && r.hi <= all.hi ? k : { kind: 'range', ...all };
  };

  /** A shift left and right by 32 is how old instruction sets cut a register to 32 bits. Returns whether two instructions were read. */
  const cutTo32 = (c: Cursor, i: Operation & { op: 'alu' }, k: Known): boolean => {
    const { code } = top(c);
    const after = code.next(c.pc);
    const second = code.at(after)?.does;
    const isBy32 = (s: Source): boolean => 'constant' in s && s.constant === 32;
    if (i.operator !== 'lsh' || i.width !== 64 || !isBy32(i.src) || second?.op !== 'alu') return false;
    const { operator, width, dst, src } = second;
    if ((operator !== 'rsh' && operator !== 'arsh') || width !== 64 || dst !== i.dst || !isBy32(src)) return false;
    if (code.isLeader(after) || k.kind !== 'cell') return false;
    setReg(c, i.dst, operator === 'arsh' ? signExtended(c, k) : zeroExtended(c, k));
    c.pc = after;
    return true;
  };

  const alu = (c: Cursor, i: Operation & { op: 'alu' }): void => {
    const b = sourceOf(c, i.src);
    if (i.operator === 'mov') {
      const u32 = anyOfSize(4);
      if (i.width === 64) setReg(c, i.dst, b);
      else if (b.kind === 'int') setReg(c, i.dst, asNumber(unsigned(BigInt(b.value), 32)));
      else setReg(c, i.dst, isPointer(b) ? { kind: 'range', ...u32 } : zeroExtended(c, b));
      return;
    }
    const a = get(c, i.dst);
    const [x, y] = [constantOf(a), constantOf(b)];
    if (x !== null && y !== null) {
      setReg(c, i.dst, asNumber(computed(i.operator, i.width, x, y)));
      return;
    }
    if (i.width === 64 && (i.operator === 'add' || i.operator === 'sub') && isPointer(a) !== isPointer(b)) {
      const [pointer, by] = isPointer(a) ? [a, y] : [b, x];
      movePointer(c, i.dst, pointer, by === null ? null : Number(i.operator === 'add' ? by : -by));
      return;
    }
    if (isPointer(a) || isPointer(b)) {
      setReg(c, i.dst, { kind: 'range', ...anyOfSize(i.width / 8) });
      return;
    }
    if (cutTo32(c, i, a)) return;
    setReg(c, i.dst, { kind: 'range', ...resultRange(i.operator, i.width, rangeOfKnown(c, a), y) });
  };

  // ---- branches ---------------------------------------------------------------------------------------------------------

  /** Puts a number for a scalar that was just found to be it. */
  const settle = (c: Cursor, cell: string, value: number): void => {
    for (const [key, known] of c.env)
      if (known.kind === 'cell' && known.cell === cell) c.env.set(key, { kind: 'int', value });
  };

  /** Remembers the least range that a scalar was found to be in. */
  const narrow = (c: Cursor, cell: string, among: readonly Range[]): void => {
    const lo = Math.min(...among.map(r => r.lo));
    const hi = Math.max(...among.map(r => r.hi));
    c.env.set(tested(cell), { kind: 'range', lo, hi });
  };

  const branch = (c: Cursor, i: Operation & { op: 'branch' }): void => {
    const [on, off] = [copyOf(c), copyOf(c)];
    const [yes, no] = [i.to, next(c)];
    const either = (): void => {
      goTo(off, no);
      goTo(on, yes);
    };
    let a = get(c, i.dst);
    let b = sourceOf(c, i.src);
    let op = i.operator;
    if (a.kind === 'int' && b.kind !== 'int') {
      [a, b] = [b, a];
      op = MIRRORED[op] ?? op;
    }
    if (b.kind !== 'int') {
      either();
      return;
    }
    const n = b.value;
    if (a.kind === 'int') {
      goTo(c, holds(op, i.width, BigInt(a.value), BigInt(n)) ? yes : no);
      return;
    }
    if (a.kind === 'slot' && n === 0 && (op === 'eq' || op === 'ne')) {
      if (a.vague || a.add !== 0) return stop(c, 'a NULL test of a pointer plus an offset');
      goTo(off, no, { event: 'test_null', slot: a.slot, isNull: op !== 'eq' });
      goTo(on, yes, { event: 'test_null', slot: a.slot, isNull: op === 'eq' });
      return;
    }
    if (isPointer(a)) {
      const isNeverNull = a.kind === 'alias' || a.kind === 'map' || a.kind === 'kernel' || a.kind === 'function';
      if (isNeverNull && n === 0 && (op === 'eq' || op === 'ne')) goTo(c, op === 'ne' ? yes : no);
      else either();
      return;
    }
    const words = COMPARES[op];
    const cell = a.kind === 'cell' ? cells.get(a.cell) : undefined;
    const r = rangeOfKnown(c, a);
    const fits32 = r.lo >= -(2 ** 31) && r.hi < 2 ** 32;
    if (a.kind !== 'cell' || cell === undefined || words === undefined || (i.width === 32 && !fits32)) {
      either();
      return;
    }
    const tests = a.cell;
    const isSigned = op.startsWith('s') || ((op === 'eq' || op === 'ne') && r.lo < 0);
    const as: CType = { kind: 'int', size: i.width / 8, signed: isSigned, bool: false, name: '' };
    const within = (list: readonly Range[]): Range[] =>
      list.map(x => ({ lo: Math.max(x.lo, r.lo), hi: Math.min(x.hi, r.hi) })).filter(x => x.lo <= x.hi);
    const value = isSigned ? Number(signed(BigInt(n), i.width)) : i.width === 32 ? Number(unsigned(BigInt(n), 32)) : n;
    const holdsFor = within(satisfying(words, value, cell.type, as));
    const failsFor = within(satisfying(OPPOSITE[words] ?? '==', value, cell.type, as));
    const outcome = (p: Cursor, to: number, among: readonly Range[]): void => {
      const [only] = among;
      if (among.length === 1 && only !== undefined && only.lo === only.hi) settle(p, tests, only.lo);
      else narrow(p, tests, among);
      goTo(p, to, { event: 'draft-test', cell: tests, among });
    };
    if (failsFor.length > 0) outcome(off, no, failsFor);
    if (holdsFor.length > 0) outcome(on, yes, holdsFor);
  };

  // ---- calls and returns ------------------------------------------------------------------------------------------------

  const clearArguments = (c: Cursor): void => {
    for (const n of [0, 1, 2, 3, 4, 5]) c.env.delete(reg(depthOf(c), n));
  };
  const push = (c: Cursor, fn: ObjectFunction, resume: number, back: Back): void => {
    if (c.frames.some(f => f.fn === fn)) stop(c, `recursion in ${fn.name}`);
    if (c.frames.length >= MOST_FRAMES) stop(c, 'calls nested this deeply');
    c.frames = [...c.frames, { fn, code: context.codeOf(fn), resume, back }];
  };
  const firstOf = (fn: ObjectFunction): number => fn.instructions[0]?.slot ?? 0;
  const enter = (c: Cursor): void => {
    goTo(c, firstOf(top(c).fn));
  };

  /** The kernel looks at the maps of all instructions, also of those that no path comes to (resolve_pseudo_ldimm64). */
  const mention = (fn: ObjectFunction, seen = new Set<ObjectFunction>()): void => {
    if (seen.has(fn)) return;
    seen.add(fn);
    for (const { does } of fn.instructions) {
      const target = does.op === 'ld_imm64' ? does.target : null;
      if ((target?.to === 'map' || target?.to === 'data') && shapes.map(target.map) !== null) useMap(target.map);
      const called =
        target?.to === 'function'
          ? target.name
          : does.op === 'call' && does.callee.kind === 'subprogram'
            ? does.callee.name
            : null;
      const next = called === null ? null : context.functionNamed(called);
      if (next !== null) mention(next, seen);
    }
  };

  /** kernel: `might_sleep` of a subprogram, which decides where it may be called. */
  const maySleep = (fn: ObjectFunction, seen = new Set<ObjectFunction>()): boolean => {
    if (seen.has(fn)) return false;
    seen.add(fn);
    return fn.instructions.some(({ does }) => {
      if (does.op !== 'call') return false;
      const { callee } = does;
      if (callee.kind === 'subprogram') {
        const called = context.functionNamed(callee.name);
        return called !== null && maySleep(called, seen);
      }
      const called = callee.kind === 'helper' ? helperName(callee.id) : callee.kind === 'kfunc' ? callee.name : null;
      return called !== null && SLEEPING_CALLS.test(called);
    });
  };

  const callFunction = (c: Cursor, fn: ObjectFunction): void => {
    const args = [1, 2, 3, 4, 5].map(n => c.env.get(reg(depthOf(c), n)));
    if (fn.isGlobal) {
      context.addGlobal(fn);
      if ('sleepable' in start.fn && start.fn.sleepable && maySleep(fn))
        stop(c, 'a global subprogram that may sleep, called from a program that may');
      const after = newNode();
      emitTo(c, after, { event: 'call_global', fn: fn.name }, { only: 'verifier' });
      c.node = after;
      for (const a of args) if (a !== undefined) clobbered(c, a);
      clearArguments(c);
      setReg(c, 0, { kind: 'range', ...ANY_64 });
      goTo(c, next(c));
      return;
    }
    const resume = next(c);
    clearArguments(c);
    emit(c, { event: 'call_static', fn: fn.name });
    push(c, fn, resume, { kind: 'static' });
    args.forEach((a, n) => {
      if (a !== undefined) c.env.set(reg(depthOf(c), n + 1), a);
    });
    enter(c);
  };

  const isFlag = (c: Cursor, k: Known | undefined): boolean =>
    k !== undefined && !isPointer(k) && rangeOfKnown(c, k).lo >= 0 && rangeOfKnown(c, k).hi <= 1;

  /** An open iterator is a reference to the verifier; the model has no such reference. */
  const leaves = (c: Cursor): void => {
    const open = c.env.get(ITERATORS);
    if (open?.kind === 'int' && open.value > 0) stop(c, 'an iterator that is left open');
  };

  const doReturn = (c: Cursor): void => {
    const frame = top(c);
    const depth = depthOf(c);
    const result = frame.back.kind === 'program' ? undefined : c.env.get(reg(depth, 0));
    if (frame.back.kind === 'program') {
      leaves(c);
      emitTo(c, exit, { event: 'exit' });
      return;
    }
    if (result?.kind === 'alias' && result.local.id === depth)
      stop(c, 'a pointer into the stack returned from its function');
    const leave: DraftEvent =
      frame.back.kind === 'static'
        ? { event: 'return_static', fn: frame.fn.name }
        : { event: 'leave_callback', kind: frame.back.pending.kind, inRange: isFlag(c, result) };
    if (frame.back.kind === 'static') emit(c, leave);
    const from: Cursor = { ...c };
    c.env = new Map([...c.env].filter(([key]) => !key.startsWith(`${depth}r`) && !key.startsWith(`${depth}s`)));
    c.frames = c.frames.slice(0, -1);
    if (frame.back.kind === 'static') {
      if (result !== undefined) c.env.set(reg(depth - 1, 0), result);
      edges.push({
        from: c.node,
        to: nodeFor(stateAt(c, frame.resume)),
        does: { event: 'jump' },
        at: where(from),
        loop: LOOP,
      });
      return;
    }
    loosen(c, frame.back.pending);
    // Whatever the callback returned, the verifier looks at another call back.
    const again = nodeFor({ ...stateAt(c, frame.resume), pending: frame.back.pending });
    edges.push({ from: c.node, to: again, does: leave, at: where(from), bound: 1 });
  };

  /** Between two calls back: first the function's end, then another call back. */
  const stepPending = (c: Cursor, pending: Pending): void => {
    const past = copyOf(c);
    emit(past, pending.done);
    clearArguments(past);
    setReg(past, 0, { kind: 'range', ...ANY_64 });
    goTo(past, next(past));
    const fn = context.functionNamed(pending.callback);
    if (fn === null) return;
    emit(c, { event: 'enter_callback', kind: pending.kind });
    const depth = depthOf(c) + 1;
    clearArguments(c);
    const bind = (n: number, k: Known): void => {
      c.env.set(reg(depth, n), k);
    };
    const slot = (n: number, shape: Shape | null): number => {
      const s = fixedSlot(`callback ${depth} ${pending.callback} ${n} ${JSON.stringify(shape)}`, `r${n}`);
      slotShapes[s] = shape;
      bind(n, { kind: 'slot', slot: s, add: 0, vague: false });
      return s;
    };
    if (pending.tree !== null) {
      const { root, node } = pending.tree;
      const shape = shapes.contained(shapeOf({ kind: 'slot', slot: root.slot, add: 0, vague: false }), root.add);
      emit(c, { event: 'less_args', a: slot(1, shape), b: slot(2, shape), root, node });
    } else if (pending.kind === 'bpf_loop') {
      bind(1, fresh(c, reg(depth, 1), anyOfSize(4)));
      bind(2, pending.context);
    } else {
      bind(1, { kind: 'map', name: pending.map });
      bind(2, KERNEL);
      const shape = shapes.valueOf(pending.map);
      const dst = slot(3, shape === null || 'template' in shape ? null : shape);
      emit(c, { event: 'callback_value', dst, map: pending.map, kind: pending.kind });
      bind(4, pending.context);
    }
    push(c, fn, c.pc, { kind: 'callback', pending });
    enter(c);
  };

  /** The numbers on the stack that a callback is given: constants, until a call back changes them. */
  const constantsAt = (c: Cursor, alias: Known): Pending['constants'] =>
    alias.kind !== 'alias'
      ? []
      : [...c.env].flatMap(([key, known]) => {
          const m = /^(\d+)s-?\d+\/(\d+)$/.exec(key);
          const isOf = m !== null && Number(m[1]) === alias.local.id && known.kind === 'int';
          return isOf ? [{ key, size: Number(m[2]), value: known.value }] : [];
        });
  /** What a call back changed may be anything in the next one (kernel: widen_imprecise_scalars). */
  const loosen = (c: Cursor, pending: Pending): void => {
    for (const { key, size, value } of pending.constants) {
      const known = c.env.get(key);
      if (known?.kind !== 'int' || known.value === value) continue;
      const cell = cellNamed(`loose ${key}`, 'stack', anyOfSize(size));
      c.env.delete(tested(cell));
      emit(c, { event: 'draft-assign', cell, to: anyOfSize(size) });
      c.env.set(key, { kind: 'cell', cell });
    }
  };

  const startPending = (c: Cursor, name: string, call: Call): boolean => {
    if (name !== 'bpf_loop' && name !== 'bpf_for_each_map_elem' && name !== 'bpf_rbtree_add') return false;
    const callback = call.known(name === 'bpf_rbtree_add' ? 2 : 1);
    if (callback.kind !== 'function') return stop(c, `${name} with a callback that is not a function of the object`);
    const base = { callback: callback.name, at: where(c), constants: [] };
    let pending: Pending;
    if (name === 'bpf_rbtree_add') {
      const tree = { root: call.operand(0), node: call.operand(1) };
      emit(c, { event: 'bpf_rbtree_add', ...tree });
      pending = { ...base, kind: 'less', done: { event: 'rbtree_added', ...tree }, context: KERNEL, map: '', tree };
    } else {
      const known = call.known(2);
      if (known.kind === 'slot') emit(c, { event: 'callback_context', src: call.operand(2) });
      const first = call.known(0);
      if (name === 'bpf_for_each_map_elem' && first.kind !== 'map')
        return stop(c, 'bpf_for_each_map_elem over a map that is not named');
      if (first.kind === 'map') call.useMap(first.name);
      pending = {
        ...base,
        constants: constantsAt(c, known),
        kind: name,
        done: { event: 'call', fn: name, pointers: [] },
        context: known,
        map: first.kind === 'map' ? first.name : '',
        tree: null,
      };
    }
    emitTo(c, nodeFor({ ...stateAt(c, c.pc), pending }), { event: 'jump' }, { loop: LOOP });
    return true;
  };

  /** What the result of a call points to. */
  const resultShape = (name: string, call: Call): Shape | InnerShape | null => {
    const first = call.known(0);
    const shape = shapeOf(first);
    const add = first.kind === 'slot' ? first.add : 0;
    switch (name) {
      case 'bpf_map_lookup_elem': {
        if (first.kind === 'map') return shapes.valueOf(first.name);
        const inner = first.kind === 'slot' ? slotShapes[first.slot] : null;
        return inner !== null && inner !== undefined && 'template' in inner ? shapes.valueOf(inner.template) : null;
      }
      case 'bpf_obj_new':
        return { struct: call.objType ?? '', off: 0, map: null };
      case 'bpf_refcount_acquire':
        return shape === null ? null : { struct: shape.struct, off: 0, map: null };
      case 'bpf_kptr_xchg':
        return shapes.pointee(shape, add);
      default:
        return first.kind === 'map' ? shapes.valueOf(first.name) : shapes.contained(shape, add);
    }
  };

  const ANY_KEY: Range = ANY_64;

  const callOf = (c: Cursor, name: string, arity: number): Call & { readonly forked: () => boolean } => {
    let forked = false;
    const depth = depthOf(c);
    const at = where(c);
    const after = next(c);
    const args: Argument[] = Array.from({ length: arity }, (_, n) => ({
      value: { kind: 'text' },
      type: POINTER,
      text: `R${n + 1}`,
      at,
    }));
    const given = args.map((_, n) => get(c, n + 1));
    const known = (n: number): Known => given[n] ?? { kind: 'int', value: 0 };
    const first = known(0);
    const objType =
      name === 'bpf_obj_new' && first.kind === 'int' ? (object.structNames.get(first.value) ?? null) : null;
    const finish = (p: Cursor, result: Known): void => {
      clearArguments(p);
      setReg(p, 0, result);
    };
    let constantKey: number | null = null;
    /**
     * A number in the low half of a stack slot is a spilled scalar, until the other half is written; zero in the high half is
     * remembered as bytes (kernel: check_stack_write_fixed_off, get_constant_map_key).
     */
    const isTracked = (off: number, value: number): boolean => {
      if (off % STACK_SLOT !== 0) return value === 0;
      const written = [...c.env.keys()];
      const half = STACK_SLOT / 2;
      return written.indexOf(stackKey(depth, off, half)) > written.indexOf(stackKey(depth, off + half, half));
    };
    /** kernel: `can_elide_value_nullness`. */
    const isThere = (map: string): boolean => {
      const def = shapes.map(map);
      const isArray = def?.type === 'BPF_MAP_TYPE_ARRAY' || def?.type === 'BPF_MAP_TYPE_PERCPU_ARRAY';
      return isArray && constantKey !== null && constantKey >= 0 && constantKey < def.maxEntries;
    };
    const keyOf = (n: number): number => {
      const k = known(n);
      const any = (): number => {
        const cell = cellNamed(`key ${depth} ${top(c).fn.name} ${c.pc}`, 'key', ANY_KEY);
        emit(c, { event: 'draft-assign', cell, to: ANY_KEY });
        return cells.get(cell)?.index ?? 0;
      };
      if (k.kind === 'slot') {
        emit(c, { event: 'read', src: operandOf(c, k) });
        return any();
      }
      const size = first.kind === 'map' ? (shapes.map(first.name)?.keySize ?? 4) : 4;
      const stored = k.kind === 'alias' && !k.vague ? c.env.get(stackKey(k.local.id, k.off, size)) : undefined;
      if (stored?.kind === 'cell') return cells.get(stored.cell)?.index ?? 0;
      if (stored?.kind !== 'int') return any();
      if (k.kind === 'alias' && isTracked(k.off, stored.value)) constantKey = stored.value;
      const cell = cellNamed(`constant ${stored.value}`, String(stored.value), { lo: stored.value, hi: stored.value });
      emit(c, { event: 'draft-assign', cell, to: { lo: stored.value, hi: stored.value } });
      return cells.get(cell)?.index ?? 0;
    };
    const self: Call & { readonly forked: () => boolean } = {
      fn: name,
      args,
      objType,
      loadsPacket: loadsPacket(c),
      forked: () => forked,
      emit(event) {
        if (event.event === 'bpf_obj_new' && !types.includes(event.type)) types.push(event.type);
        if (event.event === 'bpf_map_lookup_elem') {
          useMap(event.map);
          emit(c, { ...event, there: isThere(event.map) });
        } else if (event.event === 'inner_lookup') {
          const inner = slotShapes[event.map] ?? null;
          const template = inner !== null && 'template' in inner ? inner.template : '';
          emit(c, { ...event, there: isThere(template) });
        } else emit(c, event);
      },
      known,
      operand: n => ({ ...operandOf(c, known(n)), reg: n + 1 }),
      variableSlot(n) {
        const k = known(n);
        if (k.kind !== 'alias' || k.vague) return stop(c, `${name} on something that is not on the stack`);
        return fixedSlot(`stack ${k.local.id} ${k.off}`, `fp${k.off}`);
      },
      resultSlot() {
        const shape = resultShape(name, self);
        for (const n of [0, 1, 2, 3, 4, 5]) c.env.delete(reg(depth, n));
        // What is given must not be thought free while it is read.
        const used = new Map([...c.env, ...given.map((k, n) => [`given ${n}`, k] as const)]);
        const dst = newSlot({ ...c, env: used }, 'r0', shape);
        c.env.set(reg(depth, 0), { kind: 'slot', slot: dst, add: 0, vague: false });
        return dst;
      },
      setResult(value) {
        const isNumber = KNOWN_FUNCTIONS.get(name)?.returns !== 'pointer';
        finish(c, value.kind === 'opaque' && isNumber ? { kind: 'range', ...ANY_64 } : value);
      },
      fork(ways) {
        forked = true;
        for (const way of ways) {
          const one = copyOf(c);
          if (way.result === null) {
            leaves(one);
            emitTo(one, exit, way.event);
            continue;
          }
          emit(one, way.event);
          finish(one, way.result);
          goTo(one, after);
        }
      },
      key: keyOf,
      anyKey(text) {
        const cell = cellNamed(`key ${text}`, text, ANY_KEY);
        emit(c, { event: 'draft-assign', cell, to: ANY_KEY });
        return cells.get(cell)?.index ?? 0;
      },
      useMap,
      clobber(n) {
        clobbered(c, known(n));
      },
      zero: () => undefined,
      leave(event) {
        forked = true;
        leaves(c);
        emitTo(c, exit, event);
      },
      stop: construct => stop(c, construct),
    };
    return self;
  };

  /** Memory that a function is given together with its size: what it meets there. */
  const memoryOf = (c: Cursor, name: string, call: Call): void => {
    const first = call.known(0);
    const def = first.kind === 'map' ? shapes.map(first.name) : null;
    call.args.forEach((_, n) => {
      const k = call.known(n);
      if (k.kind !== 'slot') return;
      const after = n + 1 < call.args.length ? call.known(n + 1) : null;
      const size =
        def !== null && /^bpf_map_(update|lookup|delete)_elem$/.test(name)
          ? n === 1
            ? def.keySize
            : n === 2
              ? def.valueSize
              : 0
          : after?.kind === 'int'
            ? after.value
            : 0;
      if (size === 0) return;
      emit(c, { event: 'pass', src: { ...operandOf(c, k), reg: n + 1 } });
      access(c, k, k.add, size, 'helper', n + 1);
    });
  };

  /** Returns whether the path ends here and goes on elsewhere. */
  const doCall = (c: Cursor, i: Operation & { op: 'call' }): boolean => {
    const { callee } = i;
    if (callee.kind === 'register') return stop(c, 'a call through a register');
    if (callee.kind === 'subprogram') {
      const fn = context.functionNamed(callee.name);
      if (fn === null) return stop(c, `a call of ${callee.name}, which has no body`);
      callFunction(c, fn);
      return true;
    }
    const raw = callee.kind === 'helper' ? helperName(callee.id) : callee.name;
    if (raw === null) return stop(c, `helper number ${callee.kind === 'helper' ? callee.id : 0}`);
    if (UNMODELLED_FUNCTIONS.has(raw)) return stop(c, raw);
    const arity = arityOf(object, callee);
    if (arity === null) return stop(c, `${raw}, of which nobody says what it takes`);
    const name = raw.replace(/_impl$/, '');
    const hidden = /^bpf_(obj_new|obj_drop|refcount_acquire|list_push_front|list_push_back|rbtree_add)$/.test(name);
    const call = callOf(
      c,
      name,
      hidden ? Math.min(arity, name === 'bpf_rbtree_add' ? 3 : name.includes('push') ? 2 : 1) : arity,
    );
    if (name === 'bpf_obj_new' && call.objType === null)
      return stop(c, 'bpf_obj_new of a type that is no struct of the object');
    if (startPending(c, name, call)) return true;
    if (name === 'bpf_timer_set_callback' || name === 'bpf_wq_set_callback') {
      const [holder, fn] = [call.known(0), call.known(1)];
      const callback = fn.kind === 'function' ? context.functionNamed(fn.name) : null;
      const map = shapeOf(holder)?.map ?? null;
      if (callback === null || map === null) return stop(c, `${name} whose map or callback is not clear`);
      context.addAsync(callback, name === 'bpf_wq_set_callback' ? 'bpf_wq' : 'bpf_timer', map);
      call.emit({ event: 'call', fn: name, pointers: [call.operand(0)] });
      call.setResult({ kind: 'range', ...ANY_64 });
      return false;
    }
    if (name === 'bpf_iter_num_new' || name === 'bpf_iter_num_destroy') {
      const open = c.env.get(ITERATORS);
      const value = (open?.kind === 'int' ? open.value : 0) + (name === 'bpf_iter_num_new' ? 1 : -1);
      c.env.set(ITERATORS, { kind: 'int', value });
    }
    if (name === 'bpf_iter_num_next') {
      // The verifier looks at the end of the loop first (process_iter_next_call).
      call.fork([
        { event: { event: 'call', fn: name, pointers: [] }, result: { kind: 'int', value: 0 } },
        { event: { event: 'call', fn: name, pointers: [] }, result: KERNEL },
      ]);
      return true;
    }
    const before = c.env.get(reg(depthOf(c), 0));
    if (!TAKES_NO_MEMORY.test(name)) memoryOf(c, name, call);
    emitCall(call);
    if (call.forked()) return true;
    // Functions that return nothing leave nothing in the registers.
    if (c.env.get(reg(depthOf(c), 0)) === before || KNOWN_FUNCTIONS.get(raw)?.returns === 'nothing') clearArguments(c);
    for (const n of [1, 2, 3, 4, 5]) c.env.delete(reg(depthOf(c), n));
    return false;
  };

  // ---- the walk ---------------------------------------------------------------------------------------------------------

  const loadConstant = (c: Cursor, i: Operation & { op: 'ld_imm64' }): void => {
    const key = reg(depthOf(c), i.dst);
    const { target } = i;
    if (target === null) {
      setReg(c, i.dst, asNumber(i.value));
      return;
    }
    switch (target.to) {
      case 'map':
        useMap(target.map);
        c.env.set(key, { kind: 'map', name: target.map });
        return;
      case 'function':
        c.env.set(key, { kind: 'function', name: target.name });
        return;
      case 'extern':
        c.env.set(key, OPAQUE);
        return;
      case 'data': {
        const def = shapes.map(target.map);
        if (def === null) return stop(c, `the data section ${target.map}`);
        useMap(target.map);
        c.env.delete(key);
        const dst = newSlot(c, `r${i.dst}`, { struct: def.valueType, off: target.offset, map: target.map });
        emit(c, { event: 'global', dst, map: target.map, off: target.offset });
        c.env.set(key, { kind: 'slot', slot: dst, add: 0, vague: false });
      }
    }
  };

  const relocated = (c: Cursor, i: Instruction): boolean => {
    if (i.core === null) return false;
    if (i.core.kind !== 'BPF_CORE_TYPE_ID_LOCAL') return stop(c, `the CO-RE relocation ${i.core.kind}`);
    const { does } = i;
    if (does.op !== 'ld_imm64' && does.op !== 'alu') return stop(c, 'a CO-RE relocation of this instruction');
    setReg(c, does.dst, { kind: 'int', value: i.core.typeId });
    return true;
  };

  const run = (state: State, node: number): void => {
    const c: Cursor = { node, frames: state.frames, pc: state.pc, env: new Map(state.env) };
    if (state.pending !== null) {
      stepPending(c, state.pending);
      return;
    }
    for (let isFirst = true; ; isFirst = false) {
      const i = here(c);
      if (i === undefined) return stop(c, 'control that leaves its function');
      if (!isFirst && top(c).code.isLeader(c.pc)) {
        goTo(c, c.pc);
        return;
      }
      const { does } = i;
      if (!relocated(c, i))
        switch (does.op) {
          case 'alu':
            alu(c, does);
            break;
          case 'movsx':
          case 'neg':
          case 'swap': {
            const k = get(c, does.op === 'movsx' ? does.src : does.dst);
            if (does.op === 'movsx' && k.kind === 'int')
              setReg(c, does.dst, asNumber(unsigned(signed(BigInt(k.value), does.from), does.width)));
            else if (does.op === 'neg' && k.kind === 'int')
              setReg(c, does.dst, asNumber(unsigned(-BigInt(k.value), does.width)));
            else
              setReg(c, does.dst, {
                kind: 'range',
                ...anyOfSize(does.op === 'movsx' ? does.width / 8 : does.width / 8),
              });
            break;
          }
          case 'ld_imm64':
            loadConstant(c, does);
            break;
          case 'load':
            load(c, does);
            break;
          case 'store':
            store(c, does.base, does.offset, does.size, sourceOf(c, does.src));
            break;
          case 'atomic':
            atomic(c, does);
            break;
          case 'jump':
            goTo(c, does.to);
            return;
          case 'may_goto':
            goTo(copyOf(c), next(c));
            goTo(c, does.to);
            return;
          case 'branch':
            branch(c, does);
            return;
          case 'call':
            if (doCall(c, does)) return;
            break;
          case 'exit':
            doReturn(c);
            return;
          case 'packet':
            loadPacket(c);
            break;
          case 'addr_space_cast':
            return stop(c, 'arenas');
        }
      c.pc = next(c);
    }
  };

  const loadsPacket = (c: Cursor): boolean =>
    'secName' in start.fn && depthOf(c) === 0 && hasSocketBuffer(start.fn.secName);
  /** Bytes that are not there end the program (kernel: bpf_gen_ld_abs); of a subprogram they would end the call alone. */
  const loadPacket = (c: Cursor): void => {
    if (!loadsPacket(c) || c.env.get(reg(0, 6))?.kind !== 'kernel')
      stop(c, 'BPF_LD_ABS and BPF_LD_IND, except of the context in R6 of a socket, tc or action program');
    leaves(c);
    emitTo(c, exit, { event: 'load_packet' });
    clearArguments(c);
    setReg(c, 0, { kind: 'range', ...ANY_64 });
  };

  const atomic = (c: Cursor, i: Operation & { op: 'atomic' }): void => {
    const base = get(c, i.base);
    if (base.kind === 'slot') {
      access(c, base, base.add + i.offset, i.size, 'atomic', i.base);
    } else if (base.kind === 'alias') forget(c, base.local.id, base.off + i.offset, i.size);
    else stop(c, 'an atomic operation on this operand');
    const range: Known = { kind: 'range', ...anyOfSize(i.size) };
    if (i.operator === 'cmpxchg') setReg(c, 0, range);
    else if (i.fetch || i.operator === 'load_acquire') setReg(c, i.register, range);
  };

  const begin: Cursor = { node: entry, frames: [], pc: firstOf(start.fn), env: new Map() };
  begin.frames = [{ fn: start.fn, code: context.codeOf(start.fn), resume: 0, back: { kind: 'program' } }];
  if (start.async !== undefined) {
    const { map, kind } = start.async;
    useMap(map);
    begin.env.set(reg(0, 1), { kind: 'map', name: map });
    begin.env.set(reg(0, 2), KERNEL);
    const dst = fixedSlot('value', 'r3');
    const shape = shapes.valueOf(map);
    slotShapes[dst] = shape === null || 'template' in shape ? null : shape;
    emit(begin, { event: 'callback_value', dst, map, kind });
    begin.env.set(reg(0, 3), { kind: 'slot', slot: dst, add: 0, vague: false });
  } else if (start.kind === 'global') {
    for (const n of [1, 2, 3, 4, 5]) begin.env.set(reg(0, n), OPAQUE);
  } else begin.env.set(reg(0, 1), KERNEL);
  enter(begin);
  for (let w = work.pop(); w !== undefined; w = work.pop()) run(w.state, w.node);
  mention(start.fn);
  const own = 'secName' in start.fn ? start.fn.secName : '';
  return {
    name: start.fn.name,
    section: start.section ?? (start.kind === 'program' ? own : ''),
    kind: start.kind,
    at: startAt,
    entry,
    exit,
    nodes: count,
    edges,
    slots,
    cells,
    facts: new Map(),
    live: new Map(),
    maps,
    types,
  };
}
