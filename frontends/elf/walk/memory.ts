/** Loads, stores and atomic operations: of the stack, which a path follows by its bytes, and through pointers. */
import type { Operand } from '../../../model/program.js';
import { maySleep } from '../../shared/section-types.js';
import type { Known } from '../../shared/values.js';
import { anyOfSize, unsigned } from '../arithmetic.js';
import type { Operation } from '../operation.js';
import type { Base } from './base.js';
import { overlapping, reg, stackKey } from './keys.js';
import type { Cursor } from './state.js';
import { depthOf, isPointer, LOADED, OPAQUE } from './state.js';
import { sectionOf } from './start.js';
import { asNumber } from './values.js';

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

const forget = (c: Cursor, depth: number, off: number, size: number): void => {
  for (const key of c.env.keys()) if (overlapping(key, depth, off, size)) c.env.delete(key);
};
/** A function may have written there: numbers are lost. Pointers spilled beside its buffer are not its own. */
export const clobbered = (c: Cursor, alias: Known): void => {
  if (alias.kind !== 'alias') return;
  for (const [key, known] of c.env)
    if (overlapping(key, alias.local.id, alias.off, 512) && !isPointer(known)) c.env.delete(key);
};

const cut = (value: number, size: number): Known =>
  size === 8 ? { kind: 'int', value } : { kind: 'int', value: Number(unsigned(BigInt(value), size * 8)) };

export interface Memory {
  /** Emits the access of so many bytes, with one event for each special field that it meets. */
  readonly access: (
    c: Cursor,
    k: Known & { kind: 'slot' },
    add: number,
    size: number,
    how: 'read' | 'write' | 'atomic' | 'helper',
    register: number,
  ) => void;
  readonly load: (c: Cursor, i: Operation & { op: 'load' }) => void;
  readonly store: (c: Cursor, i: Operation & { op: 'store' }) => void;
  readonly atomic: (c: Cursor, i: Operation & { op: 'atomic' }) => void;
}

export function memoryWith({ start, context, slots, graph, values }: Base): Memory {
  const { shapes } = context;
  const { newSlot, noPointer, meetsFlags, shapeOf } = slots;
  const { emit, stop } = graph;
  const { fresh, get, rangeOfKnown, setReg, sourceOf } = values;
  const sleeps = maySleep(sectionOf(start), start.async);

  const access: Memory['access'] = (c, k, add, size, how, register) => {
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
      const store = isWhole ? 'store' : isAligned ? 'store-part' : part;
      const kptr = how === 'read' ? part : how === 'write' ? store : how;
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
        // Through a probe, which only a program that may sleep has, this is a pointer again (kernel: btf_struct_walk).
        if (sleeps && shape !== null && shapes.isPlainPointer(shape, add, i.size)) return set(LOADED);
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

  const store = (c: Cursor, i: Operation & { op: 'store' }): void => {
    const { base: baseReg, offset, size } = i;
    const value = sourceOf(c, i.src);
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

  return { access, load, store, atomic };
}
